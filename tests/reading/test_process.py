"""The process that reads: what it finds, and what ends it."""

from __future__ import annotations

import io
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageDraw, ImageFont

from playground.reading import process
from playground.reading.process import Bounds, Reader, ReadingError, ReadingStopped
from tests.imaging.test_inspect import HOSTILE
from tests.patience import PATIENCE_SECONDS
from tests.product import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from playground.reading.lines import Reading

RECEIPT = (ROOT / "static/examples/receipt.webp").read_bytes()
PATIENT = Bounds(seconds=int(PATIENCE_SECONDS))


def written(words: str, mode: str = "RGB", ground: object = "white") -> bytes:
    image = Image.new(mode, (160, 120), ground)  # of a long one the reader makes far more pixels
    ImageDraw.Draw(image).text((20, 40), words, fill="black", font=ImageFont.load_default(32))
    target = io.BytesIO()
    image.save(target, "PNG")
    return target.getvalue()


def refusal(reader: Reader, data: bytes) -> str:
    try:
        with pytest.raises(ReadingError) as refused:
            reader.read(data)
    finally:
        reader.end()
    return str(refused.value)


@pytest.fixture(scope="module")
def receipt(one_process: Reader) -> Reading:
    return one_process.read(RECEIPT)


def test_every_amount_of_a_receipt_is_read(receipt: Reading) -> None:
    amounts = {"96.00", "144.00", "119.07", "67.50", "3.00", "429.57", "46.03"}
    assert amounts <= {line.text for line in receipt.lines}
    assert (receipt.width, receipt.height) == (800, 600)


def test_a_line_says_where_it_stands_and_how_surely_it_was_read(receipt: Reading) -> None:
    total = next(line for line in receipt.lines if line.text == "429.57")
    across, down = zip(*total.polygon, strict=True)
    assert (0.58 < min(across) < max(across) < 0.70, 0.57 < min(down) < max(down) < 0.64) == (
        True,
    ) * 2
    assert total.confidence > 0.9


def test_what_stands_on_nothing_is_read_as_on_white(one_process: Reader) -> None:
    found = one_process.read(written("TOTAL", "RGBA", (0, 0, 0, 0)))
    assert [line.text for line in found.lines] == ["TOTAL"]


def test_an_image_without_words_has_no_lines(one_process: Reader) -> None:
    assert one_process.read(written("")).lines == ()


def test_a_process_reads_one_image_after_the_other(one_process: Reader) -> None:
    one_process.read(written("one"))
    first = one_process._process
    one_process.read(written("two"))
    assert one_process._process is first


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_neither_end_the_process_nor_make_it_grow(
    one_process: Reader, name: str
) -> None:
    first = one_process._running()
    with pytest.raises(ReadingError):
        one_process.read(HOSTILE[name][0]())
    assert one_process._process is first
    assert _megabytes(first.pid) < PATIENT.megabytes


AWKWARD = {
    "noise": lambda: Image.effect_noise((1000, 1000), 200),
    "a line of one pixel": lambda: Image.new("L", (60_000, 1), 200),
    "a long strip": lambda: Image.new("L", (20_000, 500), 200),
}


@pytest.mark.parametrize("name", AWKWARD)
def test_pictures_that_are_hard_to_read_are_read_or_stopped(one_process: Reader, name: str) -> None:
    target = io.BytesIO()
    AWKWARD[name]().save(target, "PNG")
    with suppress(ReadingError):
        one_process.read(target.getvalue())
    assert one_process.read(written("one")).lines[0].text == "one"
    assert _megabytes(one_process._process.pid) < PATIENT.megabytes


def _megabytes(pid: int) -> int:
    """The most that a process ever had in memory."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


def test_a_process_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    said = refusal(Reader(tmp_path / "lock", Bounds(seconds=1)), RECEIPT)
    assert said == "The reader was stopped after 1 seconds."


def test_a_process_that_takes_too_much_memory_is_stopped(tmp_path: Path) -> None:
    said = refusal(Reader(tmp_path / "lock", Bounds(megabytes=40)), RECEIPT)
    assert said == "The reader was stopped: it took more than 40 MB of memory."


def test_a_process_without_work_ends(tmp_path: Path) -> None:
    reader = Reader(tmp_path / "lock", Bounds(PATIENT.seconds, idle_seconds=1))
    assert reader._running().wait(PATIENCE_SECONDS) == 0
    assert reader.read(written("two")).lines[0].text == "two"
    reader.end()


def test_a_process_that_was_killed_is_started_again(one_process: Reader) -> None:
    one_process._running().kill()
    assert one_process.read(written("two")).lines[0].text == "two"


def test_a_process_that_is_killed_each_time_is_not_started_for_ever(
    one_process: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = one_process._started

    def doomed() -> process.subprocess.Popen[bytes]:
        one = started()
        one.kill()
        return one

    one_process.end()
    monkeypatch.setattr(one_process, "_started", doomed)
    with pytest.raises(ReadingError, match="ended twice"):
        one_process.read(RECEIPT)


def test_reading_can_be_stopped_from_another_thread(one_process: Reader) -> None:
    def arm(end: Callable[[], None]) -> None:
        threading.Timer(0.05, end).start()

    with pytest.raises(ReadingStopped):
        one_process.read(RECEIPT, arm)


def test_it_says_which_library_is_missing(
    one_process: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "LIBRARIES", ("rapidocr", "no_such_library"))
    with pytest.raises(ReadingError, match="no_such_library is not installed"):
        one_process.read(RECEIPT)


def test_it_gets_no_secret_of_the_product(
    one_process: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAVESPEED_API_KEY", "very-secret")
    one_process.end()
    environment = Path(f"/proc/{one_process._running().pid}/environ").read_bytes()
    assert b"very-secret" not in environment
