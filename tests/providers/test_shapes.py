"""The shapes in which servers write an answer, a thought and a source: each is read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from playground.providers.base import PredictionStatus
from playground.providers.openai.completions import Completion
from tests.providers.test_openai import heard


def choice(**said: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, **said}]}


def message(**said: Any) -> dict[str, Any]:
    return choice(message={"role": "assistant", **said}, finish_reason="stop")


def streamed(*chunks: dict[str, Any]) -> Completion:
    return heard(*(f"data: {json.dumps(chunk)}" for chunk in chunks), "data: [DONE]")


PART = {"type": "text", "text": "4.49"}
STREAMS: dict[str, list[dict[str, Any]]] = {
    "messages instead of deltas": [message(content="4.49")],
    "messages that grow": [message(content="4."), message(content="4.49")],
    "messages that are pieces": [message(content="4"), message(content=".49")],
    "pieces and all of it at the end": [choice(delta={"content": "4.49"}), message(content="4.49")],
    "delta and message in each": [
        choice(delta={"content": "4."}, message={"content": "4."}),
        choice(delta={"content": "49"}, message={"content": "4.49"}),
    ],
    "plain completions": [choice(text="4."), choice(text="49")],
    "a delta that is text": [choice(delta="4.49")],
    "parts": [choice(delta={"content": [PART]})],
    "parts that are texts": [choice(delta={"content": ["4.", "49"]})],
    "Ollama's own": [
        {"message": {"role": "assistant", "content": "4."}, "done": False},
        {"message": {"content": "49"}, "done": True, "done_reason": "stop"},
    ],
    "Ollama's completions": [{"response": "4.49", "done": True}],
    "Anthropic": [
        {"type": "message_start", "message": {"content": [], "role": "assistant"}},
        {"type": "content_block_delta", "delta": {"type": "text_delta", "text": "4.49"}},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}},
    ],
    "OpenAI's responses": [
        {"type": "response.output_text.delta", "delta": "4.49"},
        {"type": "response.output_text.done", "text": "4.49"},
        {
            "type": "response.completed",
            "response": {"output": [{"type": "message", "content": [PART]}], "status": "completed"},
        },
    ],
    "Gemini": [
        {"candidates": [{"content": {"parts": [{"text": "4.49"}]}, "finishReason": "STOP"}]}
    ],
    "Cohere": [{"type": "content-delta", "delta": {"message": {"content": {"text": "4.49"}}}}],
    "DashScope": [{"output": {"text": "4.49", "finish_reason": "stop"}}],
    "DashScope's chat": [{"output": message(content=[{"text": "4.49"}])}],
    "an envelope": [{"code": 0, "message": "ok", "data": message(content="4.49")}],
    "text-generation-inference": [{"token": {"text": "4.49"}, "generated_text": None}],
    "llama.cpp's completions": [{"content": "4.49", "stop": True}],
    "Bedrock": [{"output": {"message": {"content": [{"text": "4.49"}]}}, "stopReason": "end_turn"}],
    "Baidu": [{"object": "chat.completion", "result": "4.49", "is_end": True}],
    "Replicate": [{"output": ["4.", "49"], "status": "succeeded"}],
    "a text with its value": [choice(delta={"content": [{"text": {"value": "4.49"}}]})],
    "a number": [choice(delta={"content": 4.49})],
    "pieces that are numbered": [
        {"choices": [{"index": 0, "delta": {"content": "4."}}]},
        {"choices": [{"index": 1, "delta": {"content": "49"}}]},
        {"choices": [{"index": 2, "delta": {}, "finish_reason": "stop"}]},
    ],
    "what was said aloud": [choice(delta={"content": None, "audio": {"transcript": "4.49"}})],
}


@pytest.mark.parametrize("name", STREAMS)
def test_a_stream_of_this_shape_is_read(name: str) -> None:
    last = streamed(*STREAMS[name]).ended(1)
    assert (last.status, last.outputs) == (PredictionStatus.COMPLETED, ("4.49",))


@pytest.mark.parametrize("name", ["response", "content"])
def test_pieces_that_repeat_each_other_are_kept(name: str) -> None:
    end = {"done": False, "stop": False}
    texts = [{name: "ha"} | end, {name: "ha"} | end, {name: "", "done": True, "stop": True}]
    assert streamed(*texts).growing().outputs == ("haha",)


def test_a_character_that_was_cut_in_half_is_whole() -> None:
    halves = ["It is ", "\ud83d", "\ude00.", "\ud83d\ude00", "\ude00!"]
    said = streamed(*(choice(delta={"content": one}) for one in halves)).growing()
    assert said.outputs == ("It is 😀.😀\ufffd!",)


@pytest.mark.parametrize("start", ["data: data:", "DATA:", " data:"])
def test_a_field_that_a_proxy_wrote_otherwise_is_read(start: str) -> None:
    last = heard(f"{start} {json.dumps(message(content='4.49'))}").ended(1)
    assert (last.status, last.outputs) == (PredictionStatus.COMPLETED, ("4.49",))


def test_the_reason_of_an_end_outside_of_its_envelope_counts() -> None:
    said = {"output": {"message": {"content": [{"text": "4."}]}}, "stopReason": "max_tokens"}
    assert streamed(said).ended(1).finish_reason == "max_tokens"


WHOLE = ("DashScope", "Gemini", "Ollama's completions", "an envelope", "messages instead of deltas")


@pytest.mark.parametrize("name", WHOLE)
def test_an_answer_of_this_shape_is_read_whole_and_kept_as_it_is(name: str) -> None:
    completion = Completion("id")
    completion.take(STREAMS[name][0], whole=True)
    assert completion.growing().outputs == ("4.49",)
    assert completion.assembled() == STREAMS[name][0]


DETAIL = {"type": "reasoning.text", "text": "Hm."}
THOUGHTS = {
    "reasoning_content": "Hm.",
    "reasoning": "Hm.",
    "reasoning_text": "Hm.",
    "thinking": "Hm.",
    "reasoning_details": [DETAIL],
    "thinkingContent": "Hm.",
    "chain_of_thought": "Hm.",
    "reasoning_steps": [{"thought": "Hm.", "type": "web_search"}],
    "thinking_blocks": [{"type": "thinking", "thinking": "Hm."}],
    "content": [{"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}],
}


@pytest.mark.parametrize("name", THOUGHTS)
def test_what_was_thought_is_kept_apart_wherever_it_stands(name: str) -> None:
    last = streamed(choice(delta={name: THOUGHTS[name]}), choice(delta={"content": "4.49"}))
    assert (last.growing().reasoning, last.growing().outputs) == ("Hm.", ("4.49",))


@pytest.mark.parametrize("name", ["reasoning_tokens", "thinking_mode", "reasoning_id"])
def test_what_is_beside_a_thought_is_none(name: str) -> None:
    assert streamed(choice(delta={name: "Hm.", "content": "4.49"})).growing().reasoning == ""


def test_an_end_is_read_from_an_object_too() -> None:
    said = choice(delta={"content": "4."}, finish_reason={"type": "length"})
    assert streamed(said).ended(1).finish_reason == "length"


@pytest.mark.parametrize("end", ["data: [done]", "data: DONE", "event: done\ndata: {}"])
def test_the_end_of_a_stream_is_heard_however_it_is_written(end: str) -> None:
    last = heard(f"data: {json.dumps(choice(delta={'content': '4.49'}))}", end).ended(1)
    assert last.status is PredictionStatus.COMPLETED


COUNTS = {"prompt_tokens": 1, "completion_tokens": 2}


def test_counts_that_come_one_after_the_other_are_kept() -> None:
    begun = {"type": "message_start", "message": {"usage": {"input_tokens": 1}}}
    said = streamed(begun, {"type": "message_delta", "delta": {}, "usage": {"output_tokens": 2}})
    assert (said.ended(1).tokens_in, said.ended(1).tokens_out) == (1, 2)


@pytest.mark.parametrize(
    "last", [choice(delta={}, usage=COUNTS), choice(delta={}) | {"x_groq": {"usage": COUNTS}}]
)
def test_counts_of_tokens_are_read_where_they_stand(last: dict[str, Any]) -> None:
    said = streamed(choice(delta={"content": "4.49"}), last).ended(1)
    assert (said.tokens_in, said.tokens_out) == (1, 2)


def test_a_thought_that_is_written_twice_counts_once() -> None:
    both = {"reasoning": "Hm.", "reasoning_details": [DETAIL]}
    assert streamed(choice(delta=both)).growing().reasoning == "Hm."


def test_what_is_no_text_is_put_together_as_well() -> None:
    call = {"index": 0, "id": "c", "type": "function", "function": {"name": "f", "arguments": "{"}}
    rest = {"index": 0, "function": {"arguments": "}"}}
    picture = {"image_url": {"url": "data:image/png;base64,AA=="}}
    raw = streamed(
        choice(delta={"tool_calls": [call], "images": [picture]}),
        choice(delta={"tool_calls": [rest]}) | {"system_fingerprint": "fp"},
    ).assembled()
    said = raw["choices"][0]["message"]
    assert said["tool_calls"][0]["function"] == {"name": "f", "arguments": "{}"}
    assert (said["images"], raw["system_fingerprint"]) == ([picture], "fp")


PAGE = "https://a.example/1"
CITED = {
    "addresses": {"citations": [PAGE]},
    "results": {"search_results": [{"url": PAGE, "title": "A"}]},
    "Zhipu": {"web_search": [{"link": PAGE, "title": "A"}]},
}
WITHIN = {
    "Azure": {"context": {"citations": [{"url": PAGE, "title": "A"}]}},
    "Cohere": {"citations": [{"sources": [{"document": {"url": PAGE, "title": "A"}}]}]},
    "Groq": {"executed_tools": [{"search_results": {"results": [{"url": PAGE, "title": "A"}]}}]},
}
ANNOTATION = {"type": "url_citation", "url_citation": {"url": PAGE, "title": "A"}}


@pytest.mark.parametrize("name", CITED)
def test_sources_beside_the_answer_are_read(name: str) -> None:
    last = streamed(choice(delta={"content": "See [1]."}) | CITED[name]).ended(1)
    assert [one.url for one in last.citations] == [PAGE]


@pytest.mark.parametrize("name", WITHIN)
def test_sources_within_the_message_are_read(name: str) -> None:
    last = streamed(choice(delta={"content": "See.", **WITHIN[name]})).ended(1)
    assert [(one.url, one.title) for one in last.citations] == [(PAGE, "A")]


def test_sources_within_the_message_are_read_once_and_with_their_title() -> None:
    said = choice(delta={"content": "See.", "annotations": [ANNOTATION, ANNOTATION]})
    last = streamed(said | {"citations": [PAGE, "javascript:alert(1)", "file:///etc"]}).ended(1)
    assert [(one.url, one.title) for one in last.citations] == [(PAGE, "A")]
