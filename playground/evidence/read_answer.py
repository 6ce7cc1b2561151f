"""What the text reader itself answered: the rows of its tables, and their places on the images."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.evidence.shown import own_picture
from playground.evidence.traced import DrawnPlace, points
from playground.reading.layout import read_rows
from playground.reading.lines import Reading
from playground.web.formatting import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Sequence
    from typing import Self

    from playground.evidence.traced import Picture
    from playground.reading.lines import ReadLine
    from playground.runs.models.run import Run
    from playground.runs.models.run_image import RunImage

_ROW = re.compile(r"<tr>(\s*<td[^>]*>)(.*?)</td>", re.DOTALL)


@dataclass(frozen=True)
class ReadRow:
    """key: the id of its row in the answer. image, number: counted from 1."""

    key: str
    image: int
    number: int
    lines: Sequence[ReadLine]

    @property
    def confidence(self) -> float:
        return min(line.confidence for line in self.lines)

    @property
    def title(self) -> str:
        return f"{' '.join(line.text for line in self.lines)}, line {self.number}"

    def place(self, picture: Picture) -> DrawnPlace:
        polygons = [points(line.polygon, picture) for line in self.lines]
        return DrawnPlace(self.key, self.key, self.title, polygons)


@dataclass(frozen=True)
class ReadAnswer:
    """html: of the answer, with its rows as one finds them from their places, and back."""

    html: str
    rows: Sequence[ReadRow]
    pictures: Sequence[Picture]

    @property
    def summary(self) -> str:
        """How many lines were read, and how surely; blank where none was."""
        read = sorted({f"{row.confidence:.2f}" for row in self.rows})
        surely = " to ".join(dict.fromkeys((read[0], read[-1]))) if read else ""
        return f"{counted(len(self.rows), 'line')}, read with {surely}" if read else ""

    @property
    def located(self) -> Self | None:
        """The same, where anything of it is on a picture."""
        return self if self.rows and self.pictures else None

    @property
    def drawn(self) -> list[tuple[Picture, list[DrawnPlace]]]:
        return [
            (one, [row.place(one) for row in self.rows if row.image == one.number])
            for one in self.pictures
        ]


def read_answer(
    run: Run,
    html: str,
    name: str,
    picture_of: Callable[[RunImage, int], Picture | None] = own_picture,
) -> ReadAnswer | None:
    """Return what a run of the reader answered; None for runs of others and those without answer.

    html: its answer as the page shows it. name: of the answer on the page. picture_of: how an
    image may be shown; None where it is no picture of ours.
    """
    if not run.is_reader or not html:
        return None
    rows = list(_rows(run, name))
    entries = enumerate(run.images.select_related("image"), start=1)
    found = (picture_of(entry, number) for number, entry in entries)
    pictures = {one.number: one for one in found if one}
    return ReadAnswer(_named(html, rows, pictures), rows, list(pictures.values()))


def _rows(run: Run, name: str) -> Iterator[ReadRow]:
    images = run.response.get("images", []) if isinstance(run.response, dict) else []
    for image, read in enumerate(images, start=1):
        found = read_rows(Reading.from_json(read)) if "lines" in read else []
        for number, lines in enumerate(found, start=1):
            yield ReadRow(f"{name}-{image}-{number}", image, number, lines)


def _named(html: str, rows: Sequence[ReadRow], pictures: Container[int]) -> str:
    """Name the rows whose images are shown, with a link to their places. Safe HTML stays safe."""
    following = iter(rows)

    def named(match: re.Match[str]) -> str:
        row = next(following)
        if row.image not in pictures:
            return match[0]
        read = f'id="{row.key}" data-item="{row.key}" data-confidence="{row.confidence:.2f}"'
        link = f'<a class="evidence" href="#place-{row.image}-{row.key}">{match[2]}</a>'
        return f"<tr {read}>{match[1]}{link}</td>"

    return _ROW.sub(named, html) if len(_ROW.findall(html)) == len(rows) else html
