"""Lays out accuracy against cost, with the intervals. Numbers only; the template draws them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, log10
from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playground.catalog.entries import Model
    from playground.comparisons.labels import Label
    from playground.experiments.outcome import Standing

LEFT, RIGHT = 12.0, 98.0  # percent of the width
TOP, BOTTOM = 12.0, 182.0  # pixels
STEPS = (1, 2, 2.5, 5, 10)
NAME, LINE = 26.0, 13.0  # width of a name in percent, and its height in pixels
PER = 100  # cases that the axis of cost is about


@dataclass(frozen=True)
class Tick:
    at: float
    text: str


@dataclass(frozen=True)
class Dot:
    """One variant. x: percent; y, low, high: pixels. digit: of its prompt. role: A, B or blank."""

    label: Label
    x: float
    y: float
    low: float
    high: float
    digit: str
    role: str


@dataclass(frozen=True)
class Group:
    """The variants of one model, joined by a line, and where its name stands. x: percent."""

    model: Model
    dots: Sequence[Dot]
    x: float
    y: float

    @property
    def lines(self) -> list[tuple[Dot, Dot]]:
        return list(pairwise(self.dots))


@dataclass(frozen=True)
class Chart:
    groups: Sequence[Group]
    shares: Sequence[Tick]
    costs: Sequence[Tick]


def chart_of(
    standings: Sequence[Standing], labels: Sequence[Label], chosen: Sequence[int]
) -> Chart | None:
    """Place every variant with an interval and a known cost; None where there are not two."""
    shown = [
        (place, one, _cost(one))
        for place, one in enumerate(standings)
        if one.interval and one.share is not None
    ]
    known = [(place, one, cost) for place, one, cost in shown if cost is not None]
    if len(known) < 2:
        return None
    step, most = _scale(max(cost for _, _, cost in known))
    low = max(floor(min(one.interval.low for _, one, _ in known if one.interval) * 5) / 5, 0)
    dots = [
        Dot(
            labels[place],
            LEFT + (RIGHT - LEFT) * cost / most,
            _y(one.share or 0, low),
            _y(one.interval.low, low),
            _y(one.interval.high, low),
            _digit(labels[place]),
            _role(place, chosen),
        )
        for place, one, cost in known
        if one.interval
    ]
    return Chart(_groups(dots), _share_ticks(low), _cost_ticks(step, most))


def _groups(dots: Sequence[Dot]) -> list[Group]:
    """Put each name below its model's intervals, and below names that it would meet."""
    by_model: dict[str, list[Dot]] = {}
    for dot in dots:
        by_model.setdefault(dot.label.model.id, []).append(dot)
    groups: list[Group] = []
    for found in sorted(by_model.values(), key=lambda one: max(dot.low for dot in one)):
        x, y = fmean(dot.x for dot in found), max(dot.low for dot in found) + LINE
        x = min(max(x, LEFT + NAME / 2), RIGHT - NAME / 2)
        while _meets(x, y, groups, dots) and y < BOTTOM - LINE:
            y += LINE
        groups.append(Group(found[0].label.model, found, x, min(y, BOTTOM - 4)))
    return groups


def _meets(x: float, y: float, names: Sequence[Group], dots: Sequence[Dot]) -> bool:
    """Whether a name at this place would cover another one, or a point."""
    others = [(one.x, one.y, NAME) for one in names]
    others += [(one.x, one.y + 4, NAME / 2 + 3) for one in dots]
    return any(abs(x - left) < width and abs(y - top) < LINE for left, top, width in others)


def _cost(standing: Standing) -> float | None:
    """US dollars for a hundred cases; a demo and a server of one's own cost nothing."""
    bill = standing.cost
    if bill.unpriced:
        return None
    return float(bill.amount or 0) / max(standing.n, 1) * PER


def _scale(longest: float) -> tuple[float, float]:
    """Return a round step of about a fourth of the axis, and where the axis ends."""
    rough = max(longest, 0.0004) * 1.05 / 4
    power = 10.0 ** floor(log10(rough))
    step = next(one * power for one in STEPS if one * power >= rough)
    return step, step * ceil(longest * 1.02 / step or 1)


def _y(share: float, low: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * (share - low) / (1 - low)


def _share_ticks(low: float) -> list[Tick]:
    return [Tick(_y(n / 5, low), f"{n * 20}%") for n in range(round(low * 5), 6)]


def _cost_ticks(step: float, most: float) -> list[Tick]:
    count = round(most / step)
    digits = max(2, -floor(log10(step)) + (step / 10 ** floor(log10(step)) == 2.5))
    return [
        Tick(LEFT + (RIGHT - LEFT) * n / count, f"${step * n:.{digits}f}") for n in range(count + 1)
    ]


def _digit(label: Label) -> str:
    found = [one.split()[-1] for one in label.details if one.startswith("Prompt ")]
    return found[0] if found else ""


def _role(place: int, chosen: Sequence[int]) -> str:
    return "AB"[chosen.index(place)] if place in chosen else ""
