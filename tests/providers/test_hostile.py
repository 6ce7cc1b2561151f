"""A chat server that means harm costs little CPU and memory, whatever it sends."""

from __future__ import annotations

import itertools
import json
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from benchmarks import hostile
from playground.providers.base import ErrorKind, PredictionRequest, PredictionStatus, ProviderError
from playground.providers.endpoint import Server
from playground.providers.openai.model_list import MAX_MODELS, offered_models
from playground.providers.openai.provider import OpenAI
from playground.providers.sanitising import is_overfull, parsed
from playground.providers.transport import Timeouts, events
from tests.fakes.hostile import (
    ANSWER,
    ANSWERS,
    JSON,
    LISTS,
    MB,
    STREAM,
    counted,
    enemy,
    in_chunks,
    of,
)
from tests.patience import PATIENCE_SECONDS

if TYPE_CHECKING:
    from playground.providers.base import Prediction
    from tests.fakes.hostile import Sent

# What grows faster than the answer takes minutes. Beside other programs work counts for more.
MAX_SECONDS_PER_MB = 15
SHORT = Timeouts(connect=5, read=5, total=0.6)


def answer(sent: Sent, timeouts: Timeouts | None = None) -> Prediction:
    with enemy(sent) as url:
        server = OpenAI(Server("enemy", url), None, streaming=timeouts)  # type: ignore[arg-type]
        return server.submit(server.body(PredictionRequest("m", "Why?")))


def refused(sent: Sent) -> ProviderError:
    """Return with what such a list of models is refused."""
    with enemy(models=sent) as url, pytest.raises(ProviderError) as caught:
        OpenAI(Server("enemy", url), None, reading=SHORT).offered()  # type: ignore[arg-type]
    return caught.value


@pytest.mark.parametrize("name", ANSWERS)
def test_work_is_in_proportion_to_the_bytes_of_an_answer(name: str) -> None:
    sent, begun = counted(ANSWERS[name]), time.thread_time()
    with suppress(ProviderError):
        answer(sent)
    assert time.thread_time() - begun < MAX_SECONDS_PER_MB * max(sent.size / MB, 1)


@pytest.mark.parametrize("name", ["1,000,000 chunks of a byte", "wide text in one piece"])
def test_an_answer_leaves_little_in_memory(name: str) -> None:
    assert [row for row in hostile.case(name, ANSWERS[name], "answer") if not row.met] == []


@pytest.mark.parametrize("name", ["30 MB, 300,000 models", "objects in objects"])
def test_a_list_leaves_little_in_memory(name: str) -> None:
    assert [row for row in hostile.case(name, LISTS[name], "list") if not row.met] == []


def test_an_answer_in_chunks_of_a_byte_is_read_whole() -> None:
    last = answer(in_chunks(JSON, ANSWER % (b"a" * 50_000)))
    assert (last.status, len(last.outputs[0])) == (PredictionStatus.COMPLETED, 50_000)


def test_what_had_arrived_of_too_small_pieces_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    # As on a slow machine; a busy one gives more time.
    monkeypatch.setattr(events, "SECONDS_A_MEGABYTE", 0.1)
    monkeypatch.setattr(events, "SHARE_OF_TIME", 0.0)
    last = answer(ANSWERS["events of a letter"])
    assert (last.error_kind, last.outputs) == (ErrorKind.BROKEN, ("a",))
    assert last.error_detail == "the answer came in too many pieces"


def test_an_answer_over_its_bound_ends_with_what_there_is_room_for() -> None:
    last = answer(ANSWERS["wide text, at once"])
    assert (last.status, last.error_kind) == (PredictionStatus.FAILED, ErrorKind.BROKEN)
    assert len(last.outputs[0].encode()) == 2 * MB


def dripped(head: bytes) -> Sent:
    return lambda: itertools.chain([head], (time.sleep(0.05) or b"a" for _ in itertools.count()))


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nX-Slow: ", JSON + b"\r\n"])
def test_a_list_that_drips_ends_at_its_deadline(head: bytes) -> None:
    begun = time.monotonic()
    assert refused(dripped(head)).kind is ErrorKind.TEMPORARY
    assert time.monotonic() - begun < PATIENCE_SECONDS


def test_a_stream_that_drips_ends_at_its_deadline() -> None:
    last = answer(dripped(STREAM + b"\r\n: "), SHORT)
    assert (last.error_kind, last.error_detail) == (ErrorKind.BROKEN, "the answer took too long")


def test_of_a_list_the_first_models_are_offered() -> None:
    entries = [0, *({"id": f"m{n}"} for n in range(MAX_MODELS + 5))]
    assert len(offered_models(entries)) == MAX_MODELS


def test_marks_within_a_text_are_no_values() -> None:
    text = json.dumps(['a, b: [c] {d} "e" ' * 40_000])
    assert len(parsed(text)) == 1


FULL = {"lists": "[" + "[]," * 200_000 + "0]", "after a text": '["\\"",' + "0," * 300_000 + "0]"}


@pytest.mark.parametrize("text", FULL.values(), ids=FULL)
def test_more_values_than_can_be_held_are_not_read(text: str) -> None:
    with pytest.raises(ValueError, match="too many values"):
        parsed(text)


def test_a_text_without_end_is_looked_through_once() -> None:
    begun = time.thread_time()
    assert not is_overfull('"' + '\\"' * 300_000 + "," * 300_000)
    assert time.thread_time() - begun < 10


def framed(body: bytes) -> list[bytes]:
    """Return it in chunks of all sizes, some of them with an extension."""
    ends = list(itertools.accumulate([1, 1, 7, 1, 30, 1, len(body)]))
    pieces = [body[a:b] for a, b in itertools.pairwise([0, *ends]) if body[a:b]]
    more = itertools.cycle([b"", b"", b";x=1"])
    return [b"%X%s\r\n%s\r\n" % (len(one), next(more), one) for one in pieces]


def test_chunks_of_all_sizes_are_read() -> None:
    body = b'data: {"choices":[{"delta":{"content":"a b"},"finish_reason":"stop"}]}\n\n'
    head = STREAM + b"Transfer-Encoding: chunked\r\n"
    assert answer(of(head, framed(body), [b"0\r\nTrailer: a\r\n\r\n"])).outputs == ("a b",)
