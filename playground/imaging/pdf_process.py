"""Draws pages of a PDF in a process of its own, which the system holds to memory and time.

A script: `pdf.py` starts it with what is asked as JSON, and the file as its input. It answers with
a line of JSON for each picture, followed by the bytes of the picture. The text of the file is
never read.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL import Image

MAX_MEMORY_BYTES = 2**30  # of addresses, the libraries among them
MAX_OUTPUT_BYTES = 64 * 2**20
MAX_PIXELS = 20_000_000  # one page; what is larger is drawn at fewer dots an inch
MAX_PICTURE_BYTES = 20 * 2**20
POINTS_AN_INCH = 72
CELL = (200, 284)  # pixels of a page on a sheet
COLUMNS, ROWS = 6, 3
PASSWORD_ERROR = 4  # as PDFium counts


def hold(seconds: int) -> None:
    """Have the system end this process where it takes more; nothing in it can raise this again."""
    limits = {
        resource.RLIMIT_AS: MAX_MEMORY_BYTES,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: MAX_OUTPUT_BYTES + 2**20,
        resource.RLIMIT_CORE: 0,
    }
    for limit, most in limits.items():
        resource.setrlimit(limit, (most, most))


def answer(facts: dict[str, Any], data: bytes = b"") -> None:
    """Write one answer; its bytes follow it."""
    sys.stdout.buffer.write(json.dumps(facts | {"bytes": len(data)}).encode() + b"\n" + data)
    sys.stdout.buffer.flush()


def drawn(page: Any, scale: float) -> Image.Image:
    """Return the page as people see it, forms and notes included."""
    picture: Image.Image = page.render(scale=scale, rev_byteorder=True).to_pil()
    return picture.convert("RGB")


def draw_pages(pdf: Any, numbers: list[int], dpi: int) -> None:
    """Answer each page as a PNG, or as a JPEG where that is too large for one picture."""
    total = 0
    for number in numbers:
        page = pdf[number - 1]
        width, height = page.get_size()
        fitting = int(POINTS_AN_INCH * (MAX_PIXELS / max(width * height, 1)) ** 0.5)
        used = max(min(dpi, fitting), 1)
        data = encoded(drawn(page, used / POINTS_AN_INCH))
        page.close()
        total += len(data)
        if total > MAX_OUTPUT_BYTES:
            return answer({"error": "large"})
        answer({"page": number, "dpi": used}, data)
    return None


def encoded(picture: Image.Image) -> bytes:
    target = BytesIO()
    picture.save(target, "PNG", compress_level=3)
    if target.tell() > MAX_PICTURE_BYTES:
        target = BytesIO()
        picture.save(target, "JPEG", quality=90)
    return target.getvalue()


def draw_sheet(pdf: Any, numbers: list[int], until: float) -> None:
    """Answer small pages beside each other; those that there is no time for stay blank."""
    from PIL import Image

    sheet = Image.new("RGB", (CELL[0] * COLUMNS, CELL[1] * ROWS), "white")
    for place, number in enumerate(numbers):
        if time.monotonic() > until:
            break
        page = pdf[number - 1]
        width, height = page.get_size()
        small = drawn(page, min(CELL[0] / max(width, 1), CELL[1] / max(height, 1)))
        page.close()
        small.thumbnail(CELL)  # it may be a pixel too large
        left, top = (place % COLUMNS) * CELL[0], (place // COLUMNS) * CELL[1]
        middle = ((CELL[0] - small.width) // 2, (CELL[1] - small.height) // 2)
        sheet.paste(small, (left + middle[0], top + middle[1]))
    target = BytesIO()
    sheet.save(target, "WEBP", quality=80)
    answer({}, target.getvalue())


def main() -> None:
    """Do what the first argument asks of the file on standard input."""
    asked = json.loads(sys.argv[1])
    hold(asked["seconds"])
    began = time.monotonic()
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(sys.stdin.buffer.read())
        pages = len(pdf)
        if pdf.get_formtype():
            pdf.init_forms()
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == PASSWORD_ERROR
        return answer({"error": "locked" if locked else "damaged"})
    if asked["what"] == "facts":
        width, height = pdf.get_page_size(0) if 0 < pages <= asked["most"] else (0, 0)
        return answer({"pages": pages, "width": width, "height": height})
    if asked["what"] == "sheet":
        return draw_sheet(pdf, asked["numbers"], began + asked["seconds"] / 2)
    return draw_pages(pdf, asked["numbers"], asked["dpi"])


if __name__ == "__main__":
    main()
