"""Chat completions: what is sent, and how an answer grows from pieces."""

from __future__ import annotations

import base64
import threading
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from playground.providers.base import (
    Abort,
    ErrorKind,
    PredictionRequest,
    PredictionStatus,
    ProviderError,
)
from playground.providers.openai.completions import Completion
from tests.fakes.wavespeed import Fault
from tests.providers.conftest import PATIENT
from tests.providers.test_contract import openai

if TYPE_CHECKING:
    from playground.providers.openai.provider import OpenAI
    from tests.fakes.wavespeed import FakeWaveSpeed

RUNNING, COMPLETED, FAILED = (
    PredictionStatus.RUNNING,
    PredictionStatus.COMPLETED,
    PredictionStatus.FAILED,
)


@pytest.fixture
def server(fake: FakeWaveSpeed) -> OpenAI:
    return openai(fake, PATIENT)  # type: ignore[return-value]


def test_what_was_not_chosen_is_not_sent(server: OpenAI) -> None:
    body = server.body(PredictionRequest("llava:7b", "Why?"))
    assert body["messages"] == [{"role": "user", "content": "Why?"}]
    assert not {"temperature", "max_tokens", "reasoning_effort"} & set(body)


def test_a_picture_is_kept_by_its_hash_and_sent_by_its_bytes(
    fake: FakeWaveSpeed, server: OpenAI
) -> None:
    body = server.body(PredictionRequest("llava:7b", "Why?", images=("sha256:ab",)))
    server.submit(body)
    sent = fake.submissions[0].body["messages"][0]["content"][1]["image_url"]["url"]
    assert sent == f"data:image/png;base64,{base64.b64encode(bytes([137]) + b'PNG').decode()}"
    assert body["messages"][0]["content"][1]["image_url"]["url"] == "sha256:ab"


def test_an_address_is_passed_on(fake: FakeWaveSpeed, server: OpenAI) -> None:
    server.submit(server.body(PredictionRequest("m", "Why?", images=("https://a.test/1",))))
    content = fake.submissions[0].body["messages"][0]["content"]
    assert content[1]["image_url"]["url"] == "https://a.test/1"


def test_the_text_grows_and_ends_whole(fake: FakeWaveSpeed, server: OpenAI) -> None:
    fake.configure(answer={"m": " ".join(map(str, range(30)))}, delay=1.2)
    states = list(server.stream(server.body(PredictionRequest("m", "Count")), Abort()))
    texts = [state.outputs[0] for state in states]
    assert [state.status for state in states] == [RUNNING] * (len(states) - 1) + [COMPLETED]
    assert all(later.startswith(text) for text, later in pairwise(texts))
    assert 3 <= len(states) <= 8  # at most four a second


def test_counts_and_cost_are_read(server: OpenAI) -> None:
    last = server.submit(server.body(PredictionRequest("m", "Why?")))
    assert (last.tokens_in, last.tokens_out, last.cost) == (12, 34, Decimal("0.00125"))
    assert last.finish_reason == "stop"


def test_a_stream_that_breaks_off_keeps_what_arrived(fake: FakeWaveSpeed, server: OpenAI) -> None:
    fake.configure(answer={"m": "one two three four five six"})
    fake.fault("chat", Fault.truncated())
    last = server.submit(server.body(PredictionRequest("m", "Why?")))
    assert (last.status, last.error_kind) == (FAILED, ErrorKind.BROKEN)
    assert last.outputs[0].startswith("one two")


def test_abort_ends_a_stream_that_waits(fake: FakeWaveSpeed, server: OpenAI) -> None:
    fake.configure(delay=60)
    abort = Abort()
    states = server.stream(server.body(PredictionRequest("m", "Why?")), abort)
    next(states)
    threading.Timer(0.2, abort).start()
    assert list(states)[-1].error_kind is ErrorKind.BROKEN


def test_a_server_that_does_not_stream_is_read_whole(fake: FakeWaveSpeed, server: OpenAI) -> None:
    body = server.body(PredictionRequest("m", "Why?")) | {"stream": False}
    last = server.submit(body)
    assert last.status is COMPLETED
    assert "Why?" in last.outputs[0]


@pytest.mark.parametrize(
    "line",
    [
        'data: {"error": {"message": "it died", "code": 502}}',
        'data: {"error": "it died"}',
        'data: {"choices": [{"finish_reason": "error", "error": {"message": "it died"}}]}',
        'data: {"object": "error", "message": "it died", "code": 500}',  # older vLLM
        'error: {"code": 500, "message": "it died"}',  # older llama.cpp
        '{"error": "it died"}',
    ],
)
def test_an_error_inside_the_stream_fails_the_run_in_its_words(line: str) -> None:
    completion = Completion("id")
    completion.take_line(line)
    completion.take_line("data: [DONE]")
    last = completion.ended(10)
    assert last.status == FAILED
    assert (last.error_kind, last.error_detail) == (ErrorKind.FAILED, "it died")


def test_an_error_after_text_is_no_refusal_that_cost_nothing() -> None:
    completion = Completion("id")
    completion.take_line('data: {"choices": [{"delta": {"content": "So"}}]}')
    completion.take_line('data: {"error": {"message": "overloaded", "code": 429}}')
    last = completion.ended(10)
    assert last.status == FAILED
    assert (last.error_kind, last.error_detail) == (ErrorKind.BROKEN, "overloaded")
    assert last.outputs == ("So",)


def test_an_end_by_the_content_filter_without_text_is_a_refusal() -> None:
    completion = Completion("id")
    completion.take_line('data: {"choices": [{"delta": {}, "finish_reason": "content_filter"}]}')
    assert completion.ended(10).error_kind is ErrorKind.MODERATION


CHUNKS = (
    'data: {"choices": [{"delta": {"content": "Hej å"}}]}\n\n'
    'data: {"choices": [{"delta": {"content": " 🙂"}, "finish_reason": "stop"}]}\n\n'
)


@pytest.mark.parametrize(
    ("content_type", "words"),
    [
        ("text/event-stream", CHUNKS),
        ("Text/Event-Stream; charset=utf-8", CHUNKS),
        ("text/event-stream", CHUNKS.replace("\n", "\r\n")),
        ("text/event-stream", f"\ufeff{CHUNKS}"),
        ("text/event-stream", f": OPENROUTER PROCESSING\n\n{CHUNKS}"),
        ("application/json", CHUNKS),
        ("", f": ping\n\n{CHUNKS}"),
    ],
)
def test_a_stream_is_read_however_it_is_written(
    fake: FakeWaveSpeed, server: OpenAI, content_type: str, words: str
) -> None:
    fake.fault("chat", Fault.answer(200, words, headers={"Content-Type": content_type}))
    last = server.submit(server.body(PredictionRequest("m", "Why?")))
    assert (last.status, last.outputs) == (COMPLETED, ("Hej å 🙂",))


def test_thoughts_among_the_parts_are_kept_apart() -> None:
    completion = Completion("id")
    thinking = '{"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}'
    parts = f'[{thinking}, {{"type": "text", "text": "Yes"}}]'
    completion.take_line(f'data: {{"choices": [{{"delta": {{"content": {parts}}}}}]}}')
    assert (completion.growing().outputs, completion.growing().reasoning) == (("Yes",), "Hm.")


RAW = {"raw": '{"error": {"message": "image too small"}}', "provider_name": "Host"}


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (400, [{"error": {"message": "bad part"}}], ErrorKind.INVALID, "bad part"),
        (404, '"no such model"', ErrorKind.NOT_FOUND, "no such model"),
        (
            422,
            {"detail": [{"loc": ["body", "top_k"], "msg": "not permitted"}]},
            ErrorKind.INVALID,
            "top_k: not permitted",
        ),
        (
            400,
            {"error": {"message": "Provider returned error", "metadata": RAW}},
            ErrorKind.INVALID,
            "Provider returned error: image too small",
        ),
        (
            403,
            {"error": {"message": "It requires moderation on OpenRouter."}},
            ErrorKind.MODERATION,
            "It requires moderation on OpenRouter.",
        ),
        (
            400,
            {"error": {"message": "No.", "code": "content_policy_violation"}},
            ErrorKind.MODERATION,
            "No.",
        ),
        (503, {"error": {"message": "Loading model"}}, ErrorKind.RATE, "Loading model"),
        (200, {"error": {"message": "Slower.", "code": "429"}}, ErrorKind.RATE, "Slower."),
        (200, "<html>Sign in</html>", ErrorKind.UNKNOWN, "HTTP 200 with a web page"),
    ],
)
def test_a_refusal_is_told_in_the_servers_words(
    fake: FakeWaveSpeed, server: OpenAI, status: int, body: object, kind: ErrorKind, words: str
) -> None:
    fake.fault("chat", Fault.answer(status, body))
    with pytest.raises(ProviderError) as caught:
        server.submit(server.body(PredictionRequest("m", "Why?")))
    assert (caught.value.kind, caught.value.detail) == (kind, words)


def test_reasoning_is_kept_apart() -> None:
    completion = Completion("id")
    completion.take_line('data: {"choices": [{"delta": {"reasoning_content": "Hm."}}]}')
    completion.take_line('data: {"choices": [{"delta": {"content": "Yes"}}]}')
    assert (completion.growing().outputs, completion.growing().reasoning) == (("Yes",), "Hm.")


@pytest.mark.parametrize(
    "line", ["", ": ping", "data: {", "data: []", 'data: {"choices": 5}', "event: x", "data: 7"]
)
def test_a_strange_line_does_no_harm(line: str) -> None:
    completion = Completion("id")
    completion.take_line(line)
    assert completion.growing().outputs == ("",)


def test_a_key_that_is_sent_back_is_taken_out(fake: FakeWaveSpeed, server: OpenAI) -> None:
    fake.configure(answer={"m": "your key is test-key indeed"})
    last = server.submit(server.body(PredictionRequest("m", "Why?")))
    assert "test-key" not in f"{last.outputs} {last.raw}"


def test_models_are_listed_with_what_is_said_of_them(fake: FakeWaveSpeed, server: OpenAI) -> None:
    fake.configure(
        offered=[
            {"id": "a", "architecture": {"input_modalities": ["text", "image"]}},
            {"id": "b", "architecture": {"input_modalities": ["text"]}},
            {"id": "c", "pricing": {"prompt": "0.000001", "completion": "x"}},
            {"id": 5},
            "nonsense",
        ]
    )
    offered = server.offered()
    assert [(one.id, one.vision) for one in offered] == [("a", True), ("b", False), ("c", None)]
    assert (offered[2].input_price, offered[2].output_price) == (Decimal("0.000001"), None)


@pytest.mark.parametrize(
    ("said", "sees"),
    [
        ({"capabilities": {"completion_chat": True, "vision": True}}, True),  # Mistral
        ({"capabilities": ["completion", "multimodal"]}, True),  # llama.cpp
        ({"supported_input_modalities": ["text", "image"]}, True),  # GitHub Models
        ({"input_modalities": ["text"]}, False),
        ({"supports_image_input": False}, False),  # Fireworks
        ({"type": "vlm"}, True),
        ({"max_model_len": 32768, "owned_by": "vllm"}, None),
    ],
)
def test_what_sees_is_read_in_the_shapes_that_servers_have(
    fake: FakeWaveSpeed, server: OpenAI, said: dict[str, object], sees: bool | None
) -> None:
    fake.configure(offered=[{"id": "m", **said}])
    assert [one.vision for one in server.offered()] == [sees]


def test_a_list_that_is_none_is_malformed(fake: FakeWaveSpeed, server: OpenAI) -> None:
    fake.fault("models", Fault.answer(200, {"data": "nothing"}))
    with pytest.raises(ProviderError) as caught:
        server.offered()
    assert caught.value.kind is ErrorKind.MALFORMED
