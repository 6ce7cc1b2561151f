"""Which pages of a PDF are wanted: read from a text like "1-4, 7" and from boxes beside pages.

The text and the boxes are one choice. The boxes show a sheet of pages; what is chosen on other
sheets stands in the text alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError

from playground.images.models import PdfFile
from playground.imaging import PictureRefused, limits, pdf
from playground.web.params import number_or_none, uuid_or_none

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import QueryDict

    from playground.accounts.visitor import Visitor

# The same as in static/js/pdf.js.
RANGE = re.compile(r"(\d{1,6})(?:\s*[-–]\s*(\d{1,6}))?")
MAX_TEXT_LENGTH = 1000
MOST = limits.MAX_IMAGES
TOO_MANY = f"That is more than {MOST} pages, and a run takes at most {MOST} images. Untick some."
FORM = "Give pages as numbers with commas between them, such as 1-4, 7."


@dataclass(frozen=True)
class PageCell:
    """A page on a sheet. view_box: where it is in the sheet's picture."""

    number: int
    is_chosen: bool
    view_box: str


@dataclass(frozen=True)
class PdfChoice:
    """A PDF and which of its pages are chosen. text: as typed; error: what is wrong with it."""

    file: PdfFile
    text: str = ""
    dpi: int = pdf.DEFAULT_DPI
    sheet: int = 1
    turns: bool = False  # whether another sheet was asked for, and nothing else
    error: str = ""
    most: int = MOST

    @classmethod
    def of(cls, file: PdfFile, posted: Mapping[str, str], boxes: list[str]) -> PdfChoice:
        """Read what a form says of this file. boxes: the ticked pages of the sheet it showed."""
        key = file.key
        dpi = number_or_none(posted.get(f"dpi-{key}", "")) or pdf.DEFAULT_DPI
        shown = _within(number_or_none(posted.get(f"shown-{key}", "")), file)
        turned = number_or_none(posted.get(f"sheet-{key}", ""))
        text = posted.get(f"pages-{key}", "").strip()
        if text == posted.get(f"had-{key}", "").strip():  # nobody typed: the boxes say it
            text = _with_boxes(text, boxes, shown, file.pages)
        return cls(
            file,
            text[: MAX_TEXT_LENGTH + 1],
            dpi if dpi in pdf.DPIS else pdf.DEFAULT_DPI,
            _within(turned, file) if turned else shown,
            turns=bool(turned),
        )

    @classmethod
    def first(cls, file: PdfFile) -> PdfChoice:
        """A file that just came. Of one page there is nothing to choose."""
        return cls(file, text="1" if file.pages == 1 else "")

    @property
    def question(self) -> str:
        """What a person is asked."""
        if self.turns:
            return f"Choose among pages {self.start} to {self.last} of {self.name}, then press Run."
        return f"Choose the pages of {self.name}, then press Run."

    @property
    def name(self) -> str:
        return self.file.name or "the PDF"

    def refusal(self, room: int) -> str:
        """Return why no images are made of it yet; nothing where they can be."""
        if self.turns:
            return self.question
        try:
            chosen = len(self.numbers)
        except ValidationError as error:
            return f"{self.name}: {error.message}"
        if chosen > room:
            return f"{self.name}: {chosen} pages are chosen, and there is room for {room}."
        return "" if chosen else self.question

    @property
    def numbers(self) -> list[int]:
        """Return the chosen pages in the order of the file. Raises ValidationError."""
        return numbers_in(self.text, self.file.pages)

    @property
    def errors(self) -> list[str]:
        return [self.error] if self.error else []

    @property
    def error_id(self) -> str:
        return f"pages-error-{self.file.key}"

    @property
    def sheets(self) -> int:
        return -(-self.file.pages // pdf.SHEET_PAGES)

    @property
    def start(self) -> int:
        return (self.sheet - 1) * pdf.SHEET_PAGES + 1

    @property
    def last(self) -> int:
        return min(self.start + pdf.SHEET_PAGES - 1, self.file.pages)

    @property
    def count(self) -> int:
        return len(self._chosen)

    @property
    def cells(self) -> list[PageCell]:
        chosen = self._chosen
        return [
            PageCell(number, number in chosen, _view_box(place))
            for place, number in enumerate(range(self.start, self.last + 1))
        ]

    @property
    def resolutions(self) -> list[tuple[int, str]]:
        """Each resolution and what it makes of the first page."""
        return [(dpi, self._words(dpi)) for dpi in pdf.DPIS]

    @property
    def _chosen(self) -> set[int]:
        try:
            return set(self.numbers)
        except ValidationError:
            return set()

    def _words(self, dpi: int) -> str:
        points = (self.file.width, self.file.height)
        width, height = (max(round(side * dpi / 72), 1) for side in points)
        return f"{dpi} dpi, {width} × {height} px"


@dataclass(frozen=True)
class FirstPages:
    """The pages that a program wants of each PDF. text: empty for the first ones."""

    text: str = ""
    dpi: int = pdf.DEFAULT_DPI

    def of(self, data: bytes, name: str, room: int) -> list[int]:
        """Return them for this file; raises PictureRefused."""
        try:
            last = pdf.facts(data).pages
            chosen = numbers_in(self.text, last)
        except PictureRefused as refusal:
            raise refusal.about(name) from None
        except ValidationError as error:
            raise PictureRefused(f"{name}: {error.message}") from None
        return chosen or list(range(1, min(last, max(room, 1)) + 1))


def choices_in(posted: QueryDict, visitor: Visitor) -> list[PdfChoice | None]:
    """Return what a form says of each PDF in it; None for one that is gone."""
    found: list[PdfChoice | None] = []
    for key in dict.fromkeys(posted.getlist("pdf")[:MOST]):
        if f"leave-{key}" in posted:
            continue
        file = find_pdf(visitor, key)
        boxes = posted.getlist(f"page-{key}")
        found.append(PdfChoice.of(file, posted, boxes) if file else None)
    return found


def find_pdf(visitor: Visitor, key: str) -> PdfFile | None:
    """Return the PDF of this key, if the visitor added it."""
    known = uuid_or_none(key)
    return PdfFile.objects.visible_to(visitor).filter(pk=known).first() if known else None


def numbers_in(text: str, last: int, most: int = MOST) -> list[int]:
    """Return the pages that a text names, each once, in order. Raises ValidationError."""
    if len(text) > MAX_TEXT_LENGTH:
        raise ValidationError(f"The pages have more than {MAX_TEXT_LENGTH:,} characters. {FORM}")
    chosen: set[int] = set()
    for part in filter(None, (one.strip() for one in re.split(r"[,;\n]", text))):
        found = RANGE.fullmatch(part)
        if not found:
            raise ValidationError(f"{part[:20]} is no page. {FORM}")
        start, end = int(found[1]), int(found[2] or found[1])
        if not 1 <= start <= end <= last:
            raise ValidationError(f"There is no page {part}: the file has pages 1 to {last}.")
        chosen.update(range(start, end + 1))
    if len(chosen) > most:
        raise ValidationError(TOO_MANY)
    return sorted(chosen)


def _with_boxes(text: str, boxes: list[str], sheet: int, pages: int) -> str:
    """Return the text with what is ticked on a sheet in the place of what it said of that sheet."""
    start = (sheet - 1) * pdf.SHEET_PAGES
    on_sheet = range(start + 1, min(start + pdf.SHEET_PAGES, pages) + 1)
    try:
        others = set(numbers_in(text, pages, pages)) - set(on_sheet)
    except ValidationError:
        return text
    ticked = {number for number in on_sheet if str(number) in boxes}
    return ", ".join(map(str, sorted(others | ticked)))


def _within(sheet: int | None, file: PdfFile) -> int:
    return min(max(sheet or 1, 1), -(-file.pages // pdf.SHEET_PAGES))


def _view_box(place: int) -> str:
    width, height = pdf.CELL
    row, column = divmod(place, pdf.SHEET_COLUMNS)
    return f"{column * width} {row * height} {width} {height}"
