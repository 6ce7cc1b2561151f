"""Chat completions: what is sent, and how an answer grows from pieces."""

from __future__ import annotations

import base64
import json
import threading
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from playground.providers.abort import Abort
from playground.providers.base import (
    ErrorKind,
    ImageFile,
    PredictionRequest,
    PredictionStatus,
)
from playground.providers.endpoint import Server
from playground.providers.openai.completions import Completion
from playground.providers.openai.provider import OpenAI
from playground.providers.transport import EventReader
from tests.fakes.wavespeed import Fault
from tests.providers.conftest import PATIENT
from tests.providers.mishaps import refusal
from tests.providers.test_contract import openai

if TYPE_CHECKING:
    from tests.fakes.wavespeed import FakeWaveSpeed

RUNNING, COMPLETED, FAILED = (
    PredictionStatus.RUNNING,
    PredictionStatus.COMPLETED,
    PredictionStatus.FAILED,
)


@pytest.fixture
def server(fake: FakeWaveSpeed) -> OpenAI:
    return openai(fake, PATIENT)  # type: ignore[return-value]


def heard(*lines: str) -> Completion:
    """Return an answer as it stands after these lines of a stream."""
    completion, reader = Completion("id"), EventReader()
    stream = "".join(f"{line}\n\n" for line in lines).encode()
    for event in (*reader.take(stream), *reader.end()):
        completion.take_event(event)
    return completion


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
        '{\n  "error": {\n    "message": "it died"\n  }\n}',
        'event: error\ndata: {"message": "it died", "type": "internal"}',
        "event: error\ndata: it died",
        'data: {"type": "error", "error": {"type": "overloaded", "message": "it died"}}',
        'data: {"detail": "it died"}',
        'data: {"code": "Broken", "message": "it died"}',
        'data: {"text": "it died", "error_code": 50004}',  # FastChat
        'data: {"type": "response.failed", "response": {"error": {"message": "it died"}}}',
        "data: it died",
        'data: {"error": true, "message": "it died"}',
        'data: {"choices": null, "base_resp": {"status_code": 1013, "status_msg": "it died"}}',
        'data: {"errorMessage": "it died"}',
        'data: {"errcode": 1, "errmsg": "it died"}',
        'data: {"error": "server_error", "error_description": "it died"}',
        'data: {"error": {"reason": "it died"}}',
        'data: {"error": {"message": "{\\"error\\": {\\"message\\": \\"it died\\"}}"}}',
        'data: {"type": "exception", "message": "it died"}',
        "event: failed\ndata: it died",
    ],
)
def test_an_error_inside_the_stream_fails_the_run_in_its_words(line: str) -> None:
    last = heard(line, "data: [DONE]").ended(10)
    assert last.status == FAILED
    assert (last.error_kind, last.error_detail) == (ErrorKind.FAILED, "it died")


@pytest.mark.parametrize(
    "body",
    [
        {"detail": "it died"},
        {"detail": [{"loc": ["body"], "msg": "it died"}]},
        {"errors": [{"message": "it died"}]},
        {"success": False, "message": "it died"},
        {"status": "error", "message": "it died"},
        {"error": True, "message": "it died"},
        {"error_code": 336000, "error_msg": "it died"},
        {"choices": None, "base_resp": {"status_code": 1013, "status_msg": "it died"}},
        {"header": {"code": 10013, "message": "it died"}},
    ],
)
def test_an_error_in_one_piece_fails_as_in_a_stream(
    fake: FakeWaveSpeed, server: OpenAI, body: dict[str, object]
) -> None:
    fake.fault("chat", Fault.answer(200, body))
    refused = refusal(server.submit, server.body(PredictionRequest("m", "Why?")))
    assert refused.kind is ErrorKind.FAILED
    assert refused.detail.startswith("it died")


def test_words_that_need_be_no_error_leave_it_open(fake: FakeWaveSpeed, server: OpenAI) -> None:
    fake.fault("chat", Fault.answer(200, {"status": "queued", "message": "accepted"}))
    refused = refusal(server.submit, server.body(PredictionRequest("m", "Why?")))
    assert (refused.kind, refused.detail) == (ErrorKind.UNKNOWN, "accepted")


@pytest.mark.parametrize(
    "error",
    [
        {"status": 500, "message": "it died"},
        {"statusCode": "502", "message": "it died"},
        {"title": "it died", "status": 503},
        {"exception": "it died"},
    ],
)
def test_an_answer_that_an_error_cuts_off_is_not_whole(error: dict[str, object]) -> None:
    last = heard(chunk("So"), f"data: {json.dumps(error)}", "data: [DONE]").ended(10)
    assert (last.error_kind, last.error_detail) == (ErrorKind.BROKEN, "it died")


def test_an_error_after_text_is_no_refusal_that_cost_nothing() -> None:
    last = heard(
        'data: {"choices": [{"delta": {"content": "So"}}]}',
        'data: {"error": {"message": "overloaded", "code": 429}}',
    ).ended(10)
    assert last.status == FAILED
    assert (last.error_kind, last.error_detail) == (ErrorKind.BROKEN, "overloaded")
    assert last.outputs == ("So",)


def chunk(text: str, reason: str | None = None) -> str:
    choice = {"delta": {"content": text}, "finish_reason": reason}
    return f"data: {json.dumps({'choices': [choice]})}"


@pytest.mark.parametrize(
    "reason",
    ["content_filter", "SAFETY", "RECITATION", "PROHIBITED_CONTENT", "refusal", "sensitive"],
)
def test_an_end_by_a_policy_without_text_is_a_refusal(reason: str) -> None:
    assert heard(chunk("", reason)).ended(10).error_kind is ErrorKind.MODERATION


@pytest.mark.parametrize("reason", ["error", "network_error", "insufficient_system_resource"])
def test_an_end_by_a_fault_of_the_server_is_no_answer(reason: str) -> None:
    last = heard(chunk("So", reason)).ended(10)
    assert (last.error_kind, last.outputs) == (ErrorKind.BROKEN, ("So",))
    assert reason in last.error_detail


@pytest.mark.parametrize("reason", ["null", "", "None", "FINISH_REASON_UNSPECIFIED"])
def test_a_word_for_no_end_is_no_end(reason: str) -> None:
    assert heard(chunk("So", reason)).ended(10).error_kind is ErrorKind.BROKEN


@pytest.mark.parametrize(
    "error",
    [
        {"message": "No.", "type": "insufficient_quota", "code": "insufficient_quota"},
        {"message": "You exceeded your current quota, please check your plan and billing"},
        {"message": "Insufficient Balance", "code": "invalid_request_error"},
    ],
)
def test_an_empty_account_is_told_as_that_also_inside_a_stream(error: object) -> None:
    last = heard(f"data: {json.dumps({'error': error})}").ended(10)
    assert last.error_kind is ErrorKind.CREDIT


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
        ("text/event-stream", CHUNKS.replace("\n", "\r")),
        ("text/event-stream", CHUNKS.replace("\n\n", "\n")),
        ("text/event-stream", CHUNKS.replace('": [{', '": [\ndata: {')),
        ("application/x-ndjson", CHUNKS.replace("data: ", "").replace("\n\n", "\n")),
        ("application/json", CHUNKS.replace("data: ", "").replace("\n\n", "\n")),
        ("text/event-stream", f": OPENROUTER PROCESSING\n\n{CHUNKS}"),
        ("application/json", CHUNKS),
        ("", f": ping\n\n{CHUNKS}"),
        ("application/json", CHUNKS.replace("data: ", "").replace("\n", "")),
        ("application/json", '{"response": "Hej å 🙂", "done": true}\n[DONE]'),
    ],
)
def test_a_stream_is_read_however_it_is_written(
    fake: FakeWaveSpeed, server: OpenAI, content_type: str, words: str
) -> None:
    fake.fault("chat", Fault.answer(200, words, headers={"Content-Type": content_type}))
    last = server.submit(server.body(PredictionRequest("m", "Why?")))
    assert (last.status, last.outputs) == (COMPLETED, ("Hej å 🙂",))


def test_thoughts_among_the_parts_are_kept_apart() -> None:
    thinking = '{"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}'
    parts = f'[{thinking}, {{"type": "text", "text": "Yes"}}]'
    completion = heard(f'data: {{"choices": [{{"delta": {{"content": {parts}}}}}]}}')
    assert (completion.growing().outputs, completion.growing().reasoning) == (("Yes",), "Hm.")


PAUSE = {"retryDelay": "26s", "@type": "type.googleapis.com/google.rpc.RetryInfo"}
QUOTA = "You exceeded your current quota, please check your plan and billing details."


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (429, {"message": QUOTA, "type": "insufficient_quota"}, ErrorKind.CREDIT),
        (429, {"message": QUOTA}, ErrorKind.CREDIT),
        (429, {"message": "余额不足或无可用资源包,请充值。", "code": "1113"}, ErrorKind.CREDIT),
        (429, {"message": "Your billing hard limit has been reached"}, ErrorKind.CREDIT),
        (400, {"message": "Access denied", "type": "Arrearage"}, ErrorKind.CREDIT),
        (429, {"message": "Monthly quota exceeded"}, ErrorKind.CREDIT),
        (400, {"message": "Budget has been exceeded! Max budget: 1"}, ErrorKind.CREDIT),
        (403, {"message": "预扣费额度失败, 用户剩余额度: 0"}, ErrorKind.CREDIT),
        (403, {"message": "No.", "code": "AllocationQuota.FreeTierOnly"}, ErrorKind.CREDIT),
        (429, {"message": "The monthly limit is 9 requests per minute"}, ErrorKind.RATE),
        (429, {"message": f"{QUOTA} Please retry in 26.3s.", "details": [PAUSE]}, ErrorKind.RATE),
        (429, {"message": "Rate limit (RPM). See your billing limits."}, ErrorKind.RATE),
    ],
)
def test_no_money_is_told_at_once_and_a_pause_is_waited_for(
    fake: FakeWaveSpeed, server: OpenAI, status: int, error: dict[str, object], kind: ErrorKind
) -> None:
    fake.fault("chat", Fault.answer(status, {"error": error}))
    refused = refusal(server.submit, server.body(PredictionRequest("m", "Why?")))
    assert (refused.kind, refused.retry_after) == (
        kind,
        26 if "details" in error else None,
    )


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "Your organization must be verified to stream this model."),
        (403, "Streaming is not allowed for this key."),
        (422, "stream=true is not supported"),
        (501, "streaming is not implemented"),
        (400, "SSE is not supported for this model"),
        (400, "该模型不支持流式输出"),
    ],
)
def test_a_server_that_does_not_stream_is_asked_once_more_and_remembered(
    fake: FakeWaveSpeed, server: OpenAI, status: int, words: str
) -> None:
    asked = PredictionRequest(f"quiet-{words}", "Why?")
    fake.fault("chat", Fault.answer(status, {"error": {"message": words, "param": "stream"}}))
    assert refusal(server.submit, server.body(asked)).kind is ErrorKind.REWORDED
    body = server.body(asked)
    assert (body["stream"], "stream_options" in body) == (False, False)
    assert server.submit(body).status is COMPLETED


PLAIN = {"image/png", "image/jpeg"}


@pytest.mark.parametrize(
    ("status", "words", "read"),
    [
        (400, "Failed to load image or audio file", PLAIN),  # llama.cpp
        (500, "image: unknown format", PLAIN),  # Ollama
        (400, "unsupported image format: webp, use png, gif or jpeg", PLAIN | {"image/gif"}),
        (415, "Only image/jpeg and image/png are supported", PLAIN),
    ],
)
def test_one_refusal_teaches_which_pictures_are_read(
    fake: FakeWaveSpeed, status: int, words: str, read: set[str]
) -> None:
    webp = ImageFile("ab", "image/webp", 2, 2, b"RIFF")
    server = OpenAI(Server("local", f"{fake.url}/v1"), lambda _: webp, streaming=PATIENT)
    asked = PredictionRequest(f"sees-{words[:9]}", "Why?", images=("sha256:ab",))
    fake.fault("chat", Fault.answer(status, {"error": {"message": words}}))
    assert refusal(server.submit, server.body(asked)).kind is ErrorKind.REWORDED
    assert server.reads(asked.model) == read
    assert server.reads("another") is None


def test_a_picture_that_everybody_reads_teaches_nothing(
    fake: FakeWaveSpeed, server: OpenAI
) -> None:
    asked = PredictionRequest("blind", "Why?", images=("sha256:ab",))
    fake.fault("chat", Fault.answer(400, {"error": {"message": "Failed to load image"}}))
    assert (refusal(server.submit, server.body(asked)).kind, server.reads("blind")) == (
        ErrorKind.INVALID,
        None,
    )


def test_what_came_is_kept_byte_for_byte_but_for_the_key(
    fake: FakeWaveSpeed, server: OpenAI
) -> None:
    words = f": hello\r\n{chunk('key test-key', 'stop')}\n\ndata: [DONE]\n\n"
    fake.fault("chat", Fault.answer(200, words, headers={"Content-Type": "text/event-stream"}))
    last = server.submit(server.body(PredictionRequest("m", "Why?")))
    assert last.received
    assert last.received.body.decode() == words.replace("test-key", "[key]")
    assert last.received.size == len(words)


def test_what_came_is_kept_also_where_no_text_was_found_in_it(
    fake: FakeWaveSpeed, server: OpenAI
) -> None:
    words = '{"strange": {"shape": 1}}'
    fake.fault("chat", Fault.answer(200, words))
    refused = refusal(server.submit, server.body(PredictionRequest("m", "Why?")))
    assert refused.received
    assert refused.received.body.decode() == words


def test_a_key_that_is_spread_over_the_pieces_keeps_them_from_being_kept(
    fake: FakeWaveSpeed, server: OpenAI
) -> None:
    words = f"{chunk('test')}\n\n{chunk('-key', 'stop')}\n\n"
    fake.fault("chat", Fault.answer(200, words, headers={"Content-Type": "text/event-stream"}))
    last = server.submit(server.body(PredictionRequest("m", "Why?")))
    assert last.received
    assert (last.received.body, last.received.withheld) == (b"", True)
    assert last.outputs == ("[key]",)


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
        (
            400,
            {"error": {"message": "Content Exists Risk"}},
            ErrorKind.MODERATION,
            "Content Exists Risk",
        ),
        (
            200,
            {"base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}},
            ErrorKind.CREDIT,
            "insufficient balance",
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
    refused = refusal(server.submit, server.body(PredictionRequest("m", "Why?")))
    assert (refused.kind, refused.detail) == (kind, words)


def test_reasoning_is_kept_apart() -> None:
    completion = heard(
        'data: {"choices": [{"delta": {"reasoning_content": "Hm."}}]}',
        'data: {"choices": [{"delta": {"content": "Yes"}}]}',
    )
    assert (completion.growing().outputs, completion.growing().reasoning) == (("Yes",), "Hm.")


@pytest.mark.parametrize(
    "line", ["", ": ping", "data: {", "data: []", 'data: {"choices": 5}', "event: x", "data: 7"]
)
def test_a_strange_line_does_no_harm(line: str) -> None:
    assert heard(line).growing().outputs == ("",)


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


@pytest.mark.parametrize(
    "listed",
    [
        [{"id": "a/vision", "object": "model", "type": "chat"}],  # Together
        ["a/vision"],
        {"models": [{"name": "a/vision"}]},  # Ollama's own, Cohere
        {"models": [{"name": "models/a/vision"}]},  # Google's own
        {"data": {"models": [{"id": "a/vision"}]}},
        {"data": {"a/vision": {"context": 8192}}},
        {"object": "list", "models": [{"key": "a/vision"}]},  # LM Studio
        {"data": [], "models": [{"name": "a/vision"}]},
        {"result": [{"id": "a/vision"}]},
        {"items": [{"id": "m" * 201}, {"id": "a/vision"}]},
        [{"id": None, "name": " a/vision\n"}],
        {"data": {"list": [{"id": "a/vision"}]}},
        {"models": {"chat": [{"id": "a/vision"}]}},
        {"modelSummaries": [{"modelId": "a/vision"}]},
        {"available_models": ["a/vision"]},
        [{"id": "f8703a00-ed54-4f98-bdc3-cd9a813286f3", "name": "a/vision"}],  # Cloudflare
    ],
)
def test_a_list_is_read_in_the_shapes_that_servers_have(
    fake: FakeWaveSpeed, server: OpenAI, listed: object
) -> None:
    fake.fault("models", Fault.answer(200, listed))
    assert [one.id for one in server.offered()] == ["a/vision"]


@pytest.mark.parametrize(
    "answer",
    [{"data": "nothing"}, {"result": {"error": "it died"}}, {"detail": ["no"]}, {"errors": [{}]}],
)
def test_a_list_that_is_none_is_malformed(
    fake: FakeWaveSpeed, server: OpenAI, answer: object
) -> None:
    fake.fault("models", Fault.answer(200, answer))
    assert refusal(server.offered).kind is ErrorKind.MALFORMED
