"""PDF files as pictures of their pages, drawn in a process of its own (pdf_process.py).

The library is imported there alone. A file that hangs, takes all memory or ends the process is
refused in a sentence, and nothing of it stays in this process.
"""

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from playground.imaging import errors, limits
from playground.imaging.errors import SUBJECT, PictureRefused
from playground.imaging.formats import recognise

DPIS = (100, 150, 200, 300)
DEFAULT_DPI = 150
SHEET_PAGES = 18
CELL, SHEET_COLUMNS = (200, 284), 6  # pixels of a page on a sheet, as pdf_process.py draws them
FACTS_SECONDS, SHEET_SECONDS, DRAW_SECONDS = 10, 14, 40

LOCKED = f"{SUBJECT} is locked with a password. Save a copy without it and add that."
UNREADABLE = (
    f"{SUBJECT} says that it is a PDF but cannot be read. "
    "Open it in a PDF program, save it again and add the new copy."
)
TOO_LARGE = (
    f"{SUBJECT} has pages that come to more than {limits.MAX_FORM_BYTES // 2**20} MB as pictures. "
    "Choose fewer pages or a lower resolution."
)
SAID = {"locked": LOCKED, "large": TOO_LARGE}
_turn = threading.BoundedSemaphore(1)


@dataclass(frozen=True)
class PdfFacts:
    """What a file has. width, height: of its first page, in points, 72 to the inch."""

    pages: int
    width: float
    height: float


@dataclass(frozen=True)
class DrawnPage:
    """A page as a picture. dpi: as it was drawn, less than was asked for where it is huge."""

    number: int
    dpi: int
    data: bytes = field(repr=False)


def is_pdf(data: bytes) -> bool:
    """Tell whether these bytes say that they are a PDF and no picture."""
    try:
        recognise(data)
    except PictureRefused:
        return b"%PDF-" in data[:1024]
    return False


def facts(data: bytes) -> PdfFacts:
    """Return what is in the file. Raises PictureRefused, also for more pages than are taken."""
    if len(data) > limits.MAX_BYTES:
        raise errors.over_bytes(len(data))
    asked = {"what": "facts", "most": limits.MAX_PDF_PAGES}
    with _answers(data, asked, FACTS_SECONDS) as answers:
        said, _ = next(answers, ({}, b""))
    if not said.get("pages"):
        raise PictureRefused(UNREADABLE)
    found = PdfFacts(int(said["pages"]), float(said["width"]), float(said["height"]))
    if found.pages > limits.MAX_PDF_PAGES:
        raise PictureRefused(
            f"{SUBJECT} has {found.pages:,} pages and the limit is {limits.MAX_PDF_PAGES}. "
            "Save the pages you need as a file of their own and add that."
        )
    return found


def draw(data: bytes, numbers: Sequence[int], dpi: int = DEFAULT_DPI) -> Iterator[DrawnPage]:
    """Yield these pages, one in memory at a time. Raises PictureRefused for one that fails."""
    asked = {"what": "pages", "numbers": list(numbers), "dpi": dpi}
    with _answers(data, asked, DRAW_SECONDS) as answers:
        for number in numbers:
            said, picture = next(answers, ({}, b""))
            if said.get("page") != number:
                raise PictureRefused(
                    f"{SUBJECT} has a page that cannot be drawn here: page {number}. "
                    "Leave it out, or choose a lower resolution."
                )
            yield DrawnPage(number, int(said["dpi"]), picture)


def sheet(data: bytes, numbers: Sequence[int]) -> bytes:
    """Return these pages small and beside each other, as WebP. Raises PictureRefused."""
    asked = {"what": "sheet", "numbers": list(numbers)}
    with _answers(data, asked, SHEET_SECONDS) as answers:
        _, picture = next(answers, ({}, b""))
    if not picture:
        raise PictureRefused(UNREADABLE)
    return picture


@contextmanager
def _answers(
    data: bytes, asked: dict[str, Any], seconds: int
) -> Iterator[Iterator[tuple[dict[str, Any], bytes]]]:
    """Have it done, one file at a time, and give what came, also before time was up."""
    if not _turn.acquire(timeout=limits.DECODE_WAIT_SECONDS):
        raise PictureRefused(errors.BUSY)
    with tempfile.TemporaryFile() as output:
        try:
            _run(data, asked | {"seconds": seconds}, output)
        finally:
            _turn.release()
        output.seek(0)
        yield _read(output)


def _run(data: bytes, asked: dict[str, Any], output: IO[bytes]) -> None:
    script = str(Path(__file__).with_name("pdf_process.py"))
    command = [sys.executable, "-I", script, json.dumps(asked)]
    try:
        # Without our environment: the file may take the process over, and there are keys in it.
        subprocess.run(  # noqa: S603 - a script of ours, and numbers
            command,
            input=data,
            stdout=output,
            stderr=subprocess.DEVNULL,
            env={},
            timeout=asked["seconds"] + 5,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return  # what came until then may be enough


def _read(output: IO[bytes]) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Yield what was answered. What cannot be read is no answer."""
    while line := output.readline(1000):
        try:
            said = json.loads(line)
            size = int(said["bytes"])
        except (ValueError, TypeError, KeyError):
            return
        if "error" in said:
            raise PictureRefused(SAID.get(said["error"], UNREADABLE))
        yield said, output.read(min(size, limits.MAX_FORM_BYTES))
