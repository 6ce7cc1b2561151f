"""What a page shows of the evidence for some answers: marked answers, places, the numbered list."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from playground.evidence.matching.marking import lines, marked, spoken_id, title
from playground.evidence.matching.trace import Item, Trace, trace
from playground.evidence.standing import DONE, Standing, standing_of
from playground.reading.layout import read_rows
from playground.runs.models.comparison import letter

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime
    from typing import Self

    from playground.evidence.matching.places import Place, Polygon
    from playground.reading.lines import Reading
    from playground.runs.models.run import Run
    from playground.runs.models.run_image import RunImage

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
        return ", ".join(code.upper() for code in self.item.answers)

    @property
    def spoken(self) -> list[tuple[str, str]]:
        """Each mention, with its id and the letter of its answer."""
        return [(spoken_id(self.item, one), one.answer.upper()) for one in self.item.spoken]


@dataclass(frozen=True)
class Evidence:
    """address: what is posted to; none where nobody may ask. codes: of the answers, by their runs.

    trace: none before the images were read. always: whether this browser has it done by itself.
    """

    standing: Standing
    address: str = ""
    always: bool = False
    codes: Mapping[uuid.UUID, str] | None = None
    trace: Trace | None = None
    pictures: Sequence[Picture] = ()

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

    def html(self, run: Run) -> str | None:
        """The answer of a run with its values marked; None where it was not checked."""
        code = (self.codes or {}).get(run.pk)
        return marked(self.trace, code) if self.trace and code else None

    def rows_of(self, text: str) -> list[Row]:
        """Return the rows of the values in a text, as the answers disagree on it."""
        items = self.trace.items_of(text) if self.trace else []
        return [row for row in (*self.found, *self.absent) if row.item in items]

    @cached_property
    def found(self) -> list[Row]:
        return self._rows(self.trace.found if self.trace else ())

    @cached_property
    def computed(self) -> list[Row]:
        return self._rows(self.trace.computed if self.trace else ())

    @cached_property
    def absent(self) -> list[Row]:
        return self._rows(self.trace.absent if self.trace else ())

    @property
    def line_count(self) -> int:
        return sum(len(read_rows(one)) for one in self._readings())

    @property
    def seconds(self) -> float:
        return sum(one.seconds for one in self._readings())

    def places(self, picture: Picture) -> Iterator[DrawnPlace]:
        """Give each value that stands in a picture."""
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
        """The pictures with all their places."""
        return [(picture, list(self.places(picture))) for picture in self.pictures]

    def _readings(self) -> list[Reading]:
        return [one for one in (self.trace.readings if self.trace else ()) if one]

    def _rows(self, items: Sequence[Item]) -> list[Row]:
        return [Row(item, self._crop(item)) for item in items]

    def _crop(self, item: Item) -> Crop | None:
        place = item.places[0] if item.places else item.nearest
        picture = next((one for one in self.pictures if place and one.number == place.image), None)
        return _crop(place, picture) if place and picture else None


def own_picture(entry: RunImage, number: int) -> Picture | None:
    image = entry.image
    if not image:
        return None
    link = image.get_absolute_url()
    return Picture(number, image.preview_url, image.width, image.height, entry.name, link)


def evidence_of(
    runs: Mapping[Run, str],
    *,
    address: str = "",
    always: bool = False,
    picture_of: Callable[[RunImage, int], Picture | None] = own_picture,
    until: datetime | None = None,
) -> Evidence:
    """Return the evidence for answers to the same images. runs: each with its answer's HTML.

    A single one is called by ALONE, several by their letters. picture_of: how an image may be
    shown; None where it is no picture of ours. until: leaves out what was asked for later.
    """
    standing = standing_of(runs, until)
    if standing.state != DONE:
        return Evidence(standing, address, always)
    checked = standing.checked
    several = {run.pk: letter(place).lower() for place, run in enumerate(runs)}
    codes = {run.pk: several[run.pk] if len(several) > 1 else ALONE for run in checked}
    traced = trace({codes[run.pk]: runs[run] for run in checked}, standing.readings(checked[0]))
    entries = enumerate(standing.entries[checked[0].pk], start=1)
    pictures = [picture_of(entry, number) for number, entry in entries]
    return Evidence(standing, address, always, codes, traced, [one for one in pictures if one])


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
