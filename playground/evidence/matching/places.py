"""Where in an image a value stands: polygons, as shares of its width and height."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playground.reading.lines import Point, ReadLine

Polygon = tuple["Point", ...]
_NARROW = frozenset(" .,:;'|!ijlI1[]()`’")
_WIDE = frozenset("mwMW%@&—")


@dataclass
class Line:
    """A line of one image. signs: what its letters and digits are compared as, and their places."""

    image: int
    row: int
    read: ReadLine
    signs: list[tuple[str, int]]

    @cached_property
    def edges(self) -> list[float]:
        """Where each sign begins, by the widths of signs, and where the last one ends."""
        return [0.0, *accumulate(map(_width, self.read.text))]


@dataclass(frozen=True)
class Place:
    """image and line: counted from 1. text: as it was read. polygons: several where it goes on."""

    image: int
    line: int
    confidence: float
    text: str
    polygons: tuple[Polygon, ...]

    def joined(self, others: Sequence[Place]) -> Place:
        parts = [self, *others]
        return replace(
            self,
            confidence=min(one.confidence for one in parts),
            text=" ".join(one.text for one in parts),
            polygons=tuple(polygon for one in parts for polygon in one.polygons),
        )


def place_of(line: Line, start: int, end: int) -> Place:
    """Return the place of some signs of a line: its share of the line, by the widths of signs."""
    whole = line.edges[-1] or 1.0
    left, right = line.edges[start] / whole, line.edges[end] / whole
    one, two, three, four = line.read.polygon
    polygon = (
        _between(one, two, left),
        _between(one, two, right),
        _between(four, three, right),
        _between(four, three, left),
    )
    text = line.read.text[start:end]
    return Place(line.image, line.row, line.read.confidence, text, (polygon,))


def _width(sign: str) -> float:
    return 0.75 if sign in _NARROW else 1.35 if sign in _WIDE else 1.0


def _between(one: Point, other: Point, share: float) -> Point:
    return (one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share)
