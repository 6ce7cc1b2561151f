"""Answers beside what was read in their images, as a page or a file shows it: marked answers,
places on the pictures, the numbered list.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from playground.evidence.matching.marking import lines, marked, spoken_id, title
from playground.evidence.matching.trace import ABSENT, COMPUTED, FOUND, Item, Trace, trace
from playground.reading.layout import read_rows
from playground.runs.models.comparison import letter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Self

    from playground.evidence.matching.places import Place, Polygon
    from playground.reading.lines import Reading

ALONE = "v"  # the code of an answer that has a page to itself
CROP_HEIGHT, CROP_WIDTH = 22, 88  # pixels on the page, at most
MARGIN = 0.25  # of a place's height, around it


@dataclass(frozen=True)
class Picture:
    """An image of the answers. address: of the file that is drawn, in pixels width by height."""

    number: int
    address: str
    width: int
    height: int
    name: str = ""
    link: str = ""


@dataclass(frozen=True)
class Crop:
    """A place, enlarged from the same file. view: what of the picture is seen, in its pixels."""

    picture: Picture
    view: str
    width: int
    height: int


@dataclass(frozen=True)
class DrawnPlace:
    """Where a value stands on a picture. item: what is lit with it. href: the id of who says it.

    polygons: the corners of each, in pixels of the picture.
    """

    item: str
    href: str
    title: str
    polygons: Sequence[str]


@dataclass(frozen=True)
class Row:
    """A value in the numbered list. href: where the first answer speaks of it."""

    item: Item
    crop: Crop | None

    @property
    def href(self) -> str:
        return spoken_id(self.item, self.item.spoken[0])

    @property
    def where(self) -> str:
        return lines(self.item)

    @property
    def title(self) -> str:
        return title(self.item)

    @property
    def confidence(self) -> float:
        return self.item.places[0].confidence

    @property
    def near(self) -> str:
        """What stands in the image instead, for a value that was not found."""
        if self.item.searched:
            first, last = self.item.searched
            span = f"line {first}" if first == last else f"lines {first} to {last}"
            return f"no {self.item.text} on {span}"
        near = self.item.nearest
        return f"nearest: {near.text}, line {near.line}" if near else "nothing near it"

    @property
    def letters(self) -> str:
        """Which answers of a comparison speak of it, by their letters."""
        return ", ".join(code.strip(".").upper() for code in self.item.answers)


@dataclass(frozen=True)
class Traced:
    """trace: none before the images were read. codes: of the answers, by what they are called."""

    trace: Trace | None = None
    pictures: Sequence[Picture] = ()
    codes: Mapping[Any, str] = field(default_factory=dict)

    @property
    def is_done(self) -> bool:
        return self.trace is not None

    @property
    def located(self) -> Self | None:
        """The same, where there is anything to look for on the images."""
        return self if self.trace and self.trace.items else None

    @property
    def is_empty(self) -> bool:
        return bool(self.trace and not self.trace.items)

    def html(self, answer: Any) -> str | None:
        """An answer with its values marked; None where it was not checked."""
        code = self.codes.get(answer)
        return marked(self.trace, code) if self.trace and code else None

    def rows_of(self, text: str) -> list[Row]:
        """Return the rows of the values in a text, as the answers disagree on it."""
        items = self.trace.items_of(text) if self.trace else []
        return [row for row in (*self.found, *self.absent) if row.item in items]

    @cached_property
    def found(self) -> list[Row]:
        return self._rows(FOUND)

    @cached_property
    def computed(self) -> list[Row]:
        return self._rows(COMPUTED)

    @cached_property
    def absent(self) -> list[Row]:
        return self._rows(ABSENT)

    @property
    def line_count(self) -> int:
        return sum(len(read_rows(one)) for one in self._readings())

    @property
    def seconds(self) -> float:
        return sum(one.seconds for one in self._readings())

    def places(self, picture: Picture) -> Iterator[DrawnPlace]:
        for row in self.found:
            polygons = [
                points(polygon, picture)
                for place in row.item.places
                if place.image == picture.number
                for polygon in place.polygons
            ]
            if polygons:
                title = f"{row.item.text}, {row.where}"
                yield DrawnPlace(str(row.item.number), row.href, title, polygons)

    @cached_property
    def drawn(self) -> list[tuple[Picture, list[DrawnPlace]]]:
        return [(picture, list(self.places(picture))) for picture in self.pictures]

    def _readings(self) -> list[Reading]:
        return [one for one in (self.trace.readings if self.trace else ()) if one]

    def _rows(self, kind: str) -> list[Row]:
        items = self.trace.of_kind(kind) if self.trace else []
        return [Row(item, self._crop(item)) for item in items]

    def _crop(self, item: Item) -> Crop | None:
        place = item.places[0] if item.places else item.nearest
        shown = (one for one in self.pictures if place and one.number == place.image)
        picture = next((one for one in shown if one.address), None)
        return _crop(place, picture) if place and picture else None


def traced(
    answers: Mapping[Any, str],
    readings: Sequence[Reading | None],
    pictures: Sequence[Picture | None],
    codes: Mapping[Any, str],
    first: int = 1,
) -> Traced:
    """Return answers, each as HTML, beside what was read in the images that all of them are about.

    pictures: None where an image is no picture of ours. first: the number of the first value.
    """
    said = {codes[one]: html for one, html in answers.items()}
    found = trace(said, readings, first)
    return Traced(found, [one for one in pictures if one], {one: codes[one] for one in answers})


def letters(answers: Sequence[Any]) -> dict[Any, str]:
    """Return the codes of answers side by side; ALONE for a single one."""
    if len(answers) == 1:
        return {answers[0]: ALONE}
    return {one: letter(place).lower() for place, one in enumerate(answers)}


def points(polygon: Polygon, picture: Picture) -> str:
    corners = ((x * picture.width, y * picture.height) for x, y in polygon)
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)


def _crop(place: Place, picture: Picture) -> Crop:
    """Return the rectangle around a place, as high as a line of the list and no wider than fits."""
    points = [(x * picture.width, y * picture.height) for one in place.polygons[:1] for x, y in one]
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    top, bottom = min(y for _, y in points), max(y for _, y in points)
    around = MARGIN * (bottom - top)
    width, height = right - left + 2 * around, bottom - top + 2 * around
    scale = min(CROP_HEIGHT / height, CROP_WIDTH / width) if width and height else 1.0
    view = f"{left - around:.1f} {top - around:.1f} {width:.1f} {height:.1f}"
    return Crop(picture, view, max(round(width * scale), 1), max(round(height * scale), 1))
