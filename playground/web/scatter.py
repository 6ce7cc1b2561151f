"""Lays out what maps of points have in common: axes, and names that do not lie on each other.

Numbers only; templates draw them. y is in pixels, x in pixels or in percent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil, floor, log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LETTER, LINE = 6.6, 13  # width of a letter and height of a line of a name, in pixels
MAX_NAME_LENGTH = 22  # letters
NAME_WEIGHT = 10  # a name is worse to lie on than so many dots less one
STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Tick:
    """A line of the grid: where, and what is written at it."""

    at: float
    text: str


@dataclass(frozen=True)
class Shares:
    """The axis of shares, in steps of 20 %. top, bottom: where 0 and 1 would be or lie beyond."""

    low: float
    high: float
    top: float
    bottom: float

    def y(self, share: float) -> float:
        return self.bottom - (self.bottom - self.top) * (share - self.low) / (self.high - self.low)

    def ticks(self) -> list[Tick]:
        fifths = range(ceil(self.low * 5 - 1e-9), floor(self.high * 5 + 1e-9) + 1)
        return [Tick(self.y(n / 5), f"{n * 20}%") for n in fifths]


def scale(longest: float, *, least: float, parts: int) -> tuple[float, float]:
    """Return a round step of about a part of the axis, and where the axis ends."""
    rough = max(longest, least) * 1.05 / parts
    power = 10.0 ** floor(log10(rough))
    step = next(one * power for one in STEPS if one * power >= rough)
    return step, step * ceil(longest * 1.02 / step or 1)


@dataclass(frozen=True)
class Box:
    x0: float
    y0: float
    x1: float
    y1: float

    def meets(self, other: Box) -> bool:
        beside = self.x1 <= other.x0 or other.x1 <= self.x0
        return not (beside or self.y1 <= other.y0 or other.y1 <= self.y0)

    def is_within(self, other: Box) -> bool:
        beside = self.x0 < other.x0 or self.x1 > other.x1
        return not (beside or self.y0 < other.y0 or self.y1 > other.y1)


@dataclass(frozen=True)
class Name:
    """anchor: on which side of its place the text begins."""

    text: str
    x: float
    y: float
    anchor: str
    box: Box


@dataclass(frozen=True)
class Names:
    """Places one name after the other.

    bounds: where they may stand. taken: where none should lie. across: of x to a pixel.
    """

    bounds: Box
    taken: list[Box] = field(default_factory=list)
    across: float = 1.0

    def place(self, name: str, points: Iterable[tuple[float, float, float]]) -> Name:
        """Take the first place around the points where it meets nothing, or least.

        points: x, y and radius in pixels.
        """
        text = name if len(name) <= MAX_NAME_LENGTH else f"{name[: MAX_NAME_LENGTH - 1]}…"
        places = [place for point in points for place in self._around(text, *point)]
        found = min(places, key=self._lost)
        self.taken.extend([found.box] * NAME_WEIGHT)
        return found

    def _lost(self, name: Name) -> int:
        """How much is lost there; of equally good places the first one is taken."""
        outside = not name.box.is_within(self.bounds)
        return sum(name.box.meets(other) for other in self.taken) + 100 * outside

    def _around(self, text: str, x: float, y: float, r: float) -> Iterator[Name]:
        """Right, left, above and below, then the corners."""
        gap, half = r + 4, LINE / 2
        for half_lines in (0, -1, 1, -2, 2, -3, 3, -4, 4, -5, 5, -6, 6):
            dy = half_lines * (half + 1)
            yield self._at(text, x + gap * self.across, y + dy, "start")
            yield self._at(text, x - gap * self.across, y + dy, "end")
        for dy in (-gap - half, gap + half):
            yield self._at(text, x, y + dy, "middle")

    def _at(self, text: str, x: float, y: float, anchor: str) -> Name:
        width = len(text) * LETTER * self.across
        left = {"start": x, "end": x - width, "middle": x - width / 2}[anchor]
        box = Box(left, y - LINE / 2, left + width, y + LINE / 2)
        return Name(text, round(x, 1), round(y + 4, 1), anchor, box)
