"""The text reader as a provider: tables of lines, places in the JSON, and no word of the prompt."""

from __future__ import annotations

import pytest

from playground.providers.abort import Abort
from playground.providers.base import ErrorKind, Prediction, PredictionRequest, PredictionStatus
from playground.providers.text_reader import TextReader
from playground.reading.lines import Reading, ReadLine
from playground.reading.process import ReadingError, ReadingStopped

CORNERS = ((0.1, 0.2), (0.5, 0.2), (0.5, 0.3), (0.1, 0.3))
READING = Reading((ReadLine("TOTAL", 0.98, CORNERS),), 800, 600, 1.9)


def states(*images: str, read: object = lambda *_: READING) -> list[Prediction]:
    reader = TextReader(read)
    request = PredictionRequest(model="text-reader", prompt="Secret question", images=images)
    return list(reader.stream(reader.body(request), Abort()))


def refuse(error: Exception) -> object:
    def read(*_: object) -> Reading:
        raise error

    return read


def test_the_prompt_is_not_looked_at() -> None:
    request = PredictionRequest(model="text-reader", prompt="Secret", images=("sha256:1",))
    assert TextReader(None).body(request) == {"model": "text-reader", "images": ["sha256:1"]}


def test_its_answer_grows_by_an_image_at_a_time() -> None:
    seen = states("sha256:1", "sha256:2")
    assert [len(one.outputs) for one in seen] == [0, 1, 1, 1]
    assert ["## Image 2" in "".join(one.outputs) for one in seen] == [False, False, True, True]
    assert seen[-1].status is PredictionStatus.COMPLETED


def test_its_json_says_where_each_line_stands_and_how_surely_it_was_read() -> None:
    last = states("sha256:1")[-1]
    line = last.raw["images"][0]["lines"][0]
    assert (line["text"], line["confidence"], line["polygon"]) == ("TOTAL", 0.98, CORNERS)
    assert last.inference_ms == 1900


def test_an_image_without_words_is_said_to_have_none() -> None:
    last = states("sha256:1", read=lambda *_: Reading((), 8, 6, 0.1))[-1]
    assert last.outputs == ("No text in this image. The reader sees printed text only.",)


def test_an_image_that_is_an_address_is_not_opened() -> None:
    last = states("https://example.org/a.png", "sha256:1")[-1]
    assert "given as an address, and the reader opens none" in last.outputs[0]
    assert last.status is PredictionStatus.COMPLETED


def test_a_run_fails_where_no_image_was_read() -> None:
    last = states("sha256:1", read=refuse(ReadingError("It was stopped after 20 seconds.")))[-1]
    assert (last.status, last.error_kind) == (PredictionStatus.FAILED, ErrorKind.FAILED)
    assert last.error_detail == "It was stopped after 20 seconds."


def test_a_run_that_was_stopped_is_broken_off() -> None:
    last = states("sha256:1", read=refuse(ReadingStopped("Reading was stopped.")))[-1]
    assert (last.status, last.error_kind) == (PredictionStatus.FAILED, ErrorKind.BROKEN)


def test_without_an_image_it_says_what_it_is_for() -> None:
    assert states()[-1].outputs == ("No image was sent. The reader reads images.",)


@pytest.mark.parametrize("asked", ["balance", "price"])
def test_it_has_no_account_and_no_price(asked: str) -> None:
    request = PredictionRequest(model="text-reader", prompt="x")
    reader = TextReader(None)
    assert (reader.balance() if asked == "balance" else reader.price(request)) is None
