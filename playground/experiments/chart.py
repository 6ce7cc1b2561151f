"""Lays out accuracy against cost, with the intervals. Numbers only; the template draws them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import floor, log10
from typing import TYPE_CHECKING

from playground.web.scatter import Box, Names, Shares, Tick, scale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playground.catalog.entries import Model
    from playground.comparisons.labels import Label
    from playground.experiments.outcome import Standing
    from playground.web.scatter import Name

LEFT, RIGHT = 12.0, 98.0  # percent of the width
TOP, BOTTOM = 12.0, 182.0  # pixels
ACROSS = 100 / 340  # percent of a pixel, in the narrowest picture
RADIUS = 7  # pixels of a dot
ROLE_GAP = 14  # pixels from the middle of a dot to that of the letter beside it
PER = 100  # cases that the axis of cost is about


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
    """The variants of one model, joined by a line, and where its name stands."""

    model: Model
    dots: Sequence[Dot]
    name: Name

    @property
    def lines(self) -> list[tuple[Dot, Dot]]:
        return list(pairwise(self.dots))


@dataclass(frozen=True)
class Role:
    """The letter of a chosen variant beside its dot. dx: pixels from the middle of the dot."""

    letter: str
    x: float
    dx: int
    y: float


@dataclass(frozen=True)
class Chart:
    groups: Sequence[Group]
    roles: Sequence[Role]
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
    step, most = scale(max(cost for _, _, cost in known), least=0.0004, parts=4)
    low = max(floor(min(one.interval.low for _, one, _ in known if one.interval) * 5) / 5, 0)
    axis = Shares(low, 1, TOP, BOTTOM)
    dots = [
        Dot(
            labels[place],
            LEFT + (RIGHT - LEFT) * cost / most,
            axis.y(one.share or 0),
            axis.y(one.interval.low),
            axis.y(one.interval.high),
            _digit(labels[place]),
            _role(place, chosen),
        )
        for place, one, cost in known
        if one.interval
    ]
    names = Names(Box(LEFT, 0, 100, BOTTOM), [box for dot in dots for box in _boxes(dot)], ACROSS)
    roles = [_role_of(dot, names) for dot in dots if dot.role]
    return Chart(_groups(dots, names), roles, axis.ticks(), _cost_ticks(step, most))


def _role_of(dot: Dot, names: Names) -> Role:
    found = names.place(dot.role, [(dot.x, dot.y, RADIUS)])
    side = {"start": 1, "end": -1, "middle": 0}[found.anchor]
    return Role(dot.role, dot.x, side * ROLE_GAP, found.y)


def _groups(dots: Sequence[Dot], names: Names) -> list[Group]:
    """Give each model a name near one of its dots, the lowest first."""
    by_model: dict[str, list[Dot]] = {}
    for dot in dots:
        by_model.setdefault(dot.label.model.id, []).append(dot)
    groups = []
    for found in sorted(by_model.values(), key=lambda one: max(dot.low for dot in one)):
        points = [(dot.x, dot.y, RADIUS) for dot in sorted(found, key=lambda one: -one.low)]
        model = found[0].label.model
        groups.append(Group(model, found, names.place(model.name, points)))
    return groups


def _boxes(dot: Dot) -> list[Box]:
    """Return what a name should not cover: the dot and its interval."""
    wide, interval = RADIUS * ACROSS, Box(dot.x - ACROSS, dot.high, dot.x + ACROSS, dot.low)
    return [Box(dot.x - wide, dot.y - RADIUS, dot.x + wide, dot.y + RADIUS), interval]


def _cost(standing: Standing) -> float | None:
    """US dollars for a hundred cases; a demo and a server of one's own cost nothing."""
    return None if standing.cost.unpriced else float(standing.cost_of_case) * PER


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
