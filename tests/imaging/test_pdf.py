"""PDF files as pictures of their pages: what works, and what is said of what does not."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from playground.imaging import PictureRefused, pdf
from tests.imaging import pdf_makers as made
from tests.imaging.makers import photo

if TYPE_CHECKING:
    from collections.abc import Callable


def drawn(data: bytes, *numbers: int, dpi: int = 100) -> list[Image.Image]:
    return [Image.open(io.BytesIO(page.data)) for page in pdf.draw(data, numbers, dpi)]


def refusal(call: Callable[[], Any]) -> str:
    with pytest.raises(PictureRefused) as refused:
        call()
    return str(refused.value)


def test_pages_and_the_size_of_the_first_are_told() -> None:
    assert pdf.facts(made.pdf(38)) == pdf.PdfFacts(38, 595.0, 842.0)


@pytest.mark.parametrize(("dpi", "size"), [(100, (827, 1170)), (300, (2480, 3509))])
def test_a_page_is_drawn_at_the_resolution(dpi: int, size: tuple[int, int]) -> None:
    assert [one.size for one in drawn(made.pdf(), 1, dpi=dpi)] == [size]


def test_each_page_is_its_own_and_the_same_again() -> None:
    first, second, again = (page.data for page in pdf.draw(made.pdf(3), [1, 3, 1]))
    assert first == again != second


def test_a_scan_without_text_is_drawn() -> None:
    (page,) = drawn(made.scanned(), 1)
    assert (page.getpixel((400, 100)), page.getpixel((400, 1000))) == ((255, 0, 0), (0, 0, 255))


def test_a_page_of_five_metres_is_drawn_at_fewer_dots_and_says_so() -> None:
    (page,) = pdf.draw(made.pdf(1, (14400, 14400)), [1], 300)
    assert page.dpi == 22
    assert max(Image.open(io.BytesIO(page.data)).size) == 4400


def test_a_sheet_holds_its_pages_beside_each_other() -> None:
    sheet = Image.open(io.BytesIO(pdf.sheet(made.pdf(3, drawing=b"0 0 595 842 re f"), [1, 2, 3])))
    width, height = pdf.CELL
    dark = [sheet.convert("L").getpixel((width * at + width // 2, height // 2)) for at in range(4)]
    assert sheet.size == (width * pdf.SHEET_COLUMNS, height * 3)
    assert [value < 128 for value in dark] == [True, True, True, False]


def test_five_thousand_pages_are_refused_with_the_limit() -> None:
    assert refusal(lambda: pdf.facts(made.pdf(5000))) == (
        "This file has 5,000 pages and the limit is 500. "
        "Save the pages you need as a file of their own and add that."
    )


def test_a_password_is_named() -> None:
    assert "locked with a password. Save a copy without it" in refusal(
        lambda: pdf.facts(made.locked())
    )


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7", made.pdf()[:300], made.pdf(0), b"%PDF-1.4\n" + bytes(range(256)) * 40]
)
def test_what_says_that_it_is_a_pdf_and_is_none_is_refused(data: bytes) -> None:
    assert "cannot be read" in refusal(lambda: pdf.facts(data))


def test_a_page_that_is_never_done_is_ended_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "DRAW_SECONDS", 2)
    assert pdf.facts(made.endless()).pages == 1
    assert "cannot be drawn here: page 1" in refusal(lambda: drawn(made.endless(), 1))


def test_what_swells_to_gigabytes_costs_this_process_nothing() -> None:
    memory = resident()
    for _ in pdf.draw(made.swollen(), [1]):
        pass
    assert resident() - memory < 30 * 2**20


def resident() -> int:
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def test_what_takes_more_memory_than_there_is_ends_alone() -> None:
    greedy = "import pdf_process, sys; pdf_process.hold(20); bytearray(2 ** 31)"
    folder = Path(pdf.__file__).parent
    done = subprocess.run([sys.executable, "-c", greedy], cwd=folder, stderr=subprocess.PIPE)
    assert b"MemoryError" in done.stderr


def test_the_process_knows_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}
    monkeypatch.setattr(subprocess, "run", lambda *_args, **how: asked.update(how))
    refusal(lambda: pdf.facts(made.pdf()))
    assert asked["env"] == {}


def test_a_picture_is_no_pdf_whatever_stands_in_it() -> None:
    file = io.BytesIO()
    photo().save(file, "PNG")
    assert not pdf.is_pdf(file.getvalue() + b"%PDF-1.7")
    assert pdf.is_pdf(made.pdf())


def test_the_library_is_imported_only_in_the_process_that_draws() -> None:
    code = "import sys; from playground.imaging import pdf; sys.exit('pypdfium2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
