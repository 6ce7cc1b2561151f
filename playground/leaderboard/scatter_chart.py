"""Lays out the map of win rate against latency. Numbers only; the template draws them."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, sqrt
from typing import TYPE_CHECKING

from playground.web.scatter import Box, Names, Shares, Tick, scale

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playground.catalog.entries import Model
    from playground.leaderboard.table import Row
    from playground.web.scatter import Name

LEFT, RIGHT, TOP, BOTTOM = 48, 848, 20, 290  # of the field, in a picture of 880 by 320
FIELD = Box(0, 0, RIGHT + 30, BOTTOM)  # where names may stand


@dataclass(frozen=True)
class Dot:
    """One model."""

    model: Model
    name: Name
    x: float
    y: float
    r: float


@dataclass(frozen=True)
class Map:
    dots: list[Dot]
    seconds: list[Tick]
    shares: list[Tick]


def layout(rows: list[Row]) -> Map | None:
    """Place every model with a win rate and a latency; None where there is none."""
    known = [
        (row, row.latency.median, row.rate.share)
        for row in rows
        if row.latency and row.rate.share is not None
    ]
    if not known:
        return None
    step, most = scale(max(median for _, median, _ in known), least=0.05, parts=5)
    axis = _axis([share for _, _, share in known])
    points = [
        (row, LEFT + (RIGHT - LEFT) * median / most, axis.y(share), _radius(row))
        for row, median, share in known
    ]
    return Map(list(_dots(points)), _seconds(step, most), axis.ticks())


def _axis(shares: list[float]) -> Shares:
    """Return the axis of win rates in steps of 20 %, with room for the dots."""
    low = max(floor(min(shares) * 5 - 0.1) / 5, 0)
    high = min(ceil(max(shares) * 5 + 0.1) / 5, 1)
    return Shares(low, max(high, low + 0.2), TOP, BOTTOM)


def _radius(row: Row) -> float:
    """From 4 to 9: grows with the logarithm-like root of the runs, so that none hides another."""
    return min(4 + sqrt(sqrt(row.sums.runs)) * 0.4, 9)


def _seconds(step: float, most: float) -> list[Tick]:
    count = round(most / step)
    texts = [f"{step * n:g}" for n in range(count + 1)]
    texts[-1] += " s"
    return [Tick(LEFT + (RIGHT - LEFT) * n / count, text) for n, text in enumerate(texts)]


def _dots(points: list[tuple[Row, float, float, float]]) -> Iterator[Dot]:
    names = Names(FIELD, [Box(x - r, y - r, x + r, y + r) for _, x, y, r in points])
    for row, x, y, r in sorted(points, key=lambda point: point[2]):
        name = names.place(row.model.name, [(x, y, r)])
        yield Dot(row.model, name, round(x, 1), round(y, 1), round(r, 1))
