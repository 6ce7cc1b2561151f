"""Lays out the map of win rate against latency. Numbers only; the template draws them."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playground.catalog.entries import Model
    from playground.leaderboard.table import Row

LEFT, RIGHT, TOP, BOTTOM = 48, 848, 20, 290  # of the field, in a picture of 880 by 320
LETTER, LINE = 6.6, 13  # width of a letter and height of a line of a label
MAX_LABEL_LENGTH = 22  # letters of a label
STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Tick:
    """A line of the grid: where, and what is written at it."""

    at: float
    text: str


@dataclass(frozen=True)
class Dot:
    """One model. anchor: on which side of its point the label begins."""

    model: Model
    label: str
    x: float
    y: float
    r: float
    label_x: float
    label_y: float
    anchor: str


@dataclass(frozen=True)
class Map:
    dots: list[Dot]
    seconds: list[Tick]
    shares: list[Tick]


@dataclass(frozen=True)
class Box:
    x0: float
    y0: float
    x1: float
    y1: float

    def meets(self, other: Box) -> bool:
        beside = self.x1 <= other.x0 or other.x1 <= self.x0
        return not (beside or self.y1 <= other.y0 or other.y1 <= self.y0)

    @property
    def outside(self) -> bool:
        return self.x0 < 0 or self.x1 > RIGHT + 30 or self.y0 < 0 or self.y1 > BOTTOM


def layout(rows: list[Row]) -> Map | None:
    """Place every model with a win rate and a latency; None where there is none."""
    known = [
        (row, row.latency.median, row.rate.share) for row in rows if row.latency and row.rate.share
    ]
    known += [(row, row.latency.median, 0.0) for row in rows if row.latency and row.rate.share == 0]
    if not known:
        return None
    step, most = _scale(max(median for _, median, _ in known))
    low, high = _shares([share for _, _, share in known])
    points = [
        (row, LEFT + (RIGHT - LEFT) * median / most, _y(share, low, high), _radius(row))
        for row, median, share in known
    ]
    return Map(list(_dots(points)), _seconds(step, most), _share_ticks(low, high))


def _scale(longest: float) -> tuple[float, float]:
    """Return a round step of about a fifth of the axis, and where the axis ends."""
    rough = max(longest, 0.05) * 1.05 / 5
    power = 10.0 ** floor(log10(rough))
    step = next(one * power for one in STEPS if one * power >= rough)
    return step, step * ceil(longest * 1.02 / step)


def _shares(shares: list[float]) -> tuple[float, float]:
    """Return the ends of the axis of win rates in steps of 20 %, with room for the dots."""
    low = max(floor(min(shares) * 5 - 0.1) / 5, 0)
    high = min(ceil(max(shares) * 5 + 0.1) / 5, 1)
    return low, max(high, low + 0.2)


def _y(share: float, low: float, high: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * (share - low) / (high - low)


def _radius(row: Row) -> float:
    """From 4 to 9: grows with the logarithm-like root of the runs, so that none hides another."""
    return min(4 + sqrt(sqrt(row.sums.runs)) * 0.4, 9)


def _seconds(step: float, most: float) -> list[Tick]:
    count = round(most / step)
    texts = [f"{step * n:g}" for n in range(count + 1)]
    texts[-1] += " s"
    return [Tick(LEFT + (RIGHT - LEFT) * n / count, text) for n, text in enumerate(texts)]


def _share_ticks(low: float, high: float) -> list[Tick]:
    fifths = range(ceil(low * 5 - 1e-9), floor(high * 5 + 1e-9) + 1)
    return [Tick(_y(n / 5, low, high), f"{n * 20}%") for n in fifths]


def _dots(points: list[tuple[Row, float, float, float]]) -> Iterator[Dot]:
    """Give each label the first place around its dot where it meets nothing, or least."""
    taken = [Box(x - r, y - r, x + r, y + r) for _, x, y, r in points]
    for row, x, y, r in sorted(points, key=lambda point: point[2]):
        label = _short(row.model.name)
        places = list(_places(x, y, r, len(label) * LETTER))
        box, label_x, label_y, anchor = min(places, key=lambda place: _in_the_way(place[0], taken))
        taken.append(box)
        yield Dot(row.model, label, round(x, 1), round(y, 1), round(r, 1), label_x, label_y, anchor)


def _short(name: str) -> str:
    return name if len(name) <= MAX_LABEL_LENGTH else f"{name[: MAX_LABEL_LENGTH - 1]}…"


def _in_the_way(box: Box, taken: list[Box]) -> int:
    """How much is lost there; of equally good places the first one is taken."""
    return sum(box.meets(other) for other in taken) + 100 * box.outside


def _places(x: float, y: float, r: float, width: float) -> Iterator[tuple[Box, float, float, str]]:
    """Right, left, above and below, then the corners."""
    gap, half = r + 4, LINE / 2
    for dy in (
        0,
        -half - 2,
        half + 2,
        -2 * half,
        2 * half,
        -3 * half,
        3 * half,
        -LINE * 2,
        LINE * 2,
    ):
        yield _place(x + gap, y + dy, width, "start")
        yield _place(x - gap, y + dy, width, "end")
    for dy in (-gap - half, gap + half):
        yield _place(x, y + dy, width, "middle")


def _place(x: float, y: float, width: float, anchor: str) -> tuple[Box, float, float, str]:
    left = {"start": x, "end": x - width, "middle": x - width / 2}[anchor]
    box = Box(left, y - LINE / 2, left + width, y + LINE / 2)
    return box, round(x, 1), round(y + 4, 1), anchor
