"""Accuracy against cost: what the chart of an experiment places where."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from playground.catalog import entries
from playground.comparisons.labels import Label
from playground.experiments.chart import RADIUS, Chart, chart_of
from playground.experiments.models.experiment import Variant
from playground.experiments.outcome import Standing
from playground.experiments.statistics.intervals import wilson
from playground.spending.totals import Bill
from playground.web.scatter import LINE
from tests.conftest import FLASH, GPT, HAIKU

REST: dict[str, Any] = {"score": None, "score_interval": None, "seconds": None, "failed": 0}
REST |= {"cost": Bill(), "tokens_in": None, "tokens_out": None}


def chart(*right: int) -> Chart:
    """Draw models that cost nothing, with so many right of forty."""
    standings = [Standing(Variant(), 40, n, wilson(n, 40), **REST) for n in right]
    labels = [Label(entries.find(one)) for one in (FLASH, GPT, HAIKU)]
    drawn = chart_of(standings, labels, (0, 1))
    assert drawn
    return drawn


def test_names_of_models_that_cost_the_same_do_not_lie_on_each_other() -> None:
    for right in ((30, 30, 30), (0, 0, 2), (40, 39, 40), (20, 24, 28)):
        boxes = [group.name.box for group in chart(*right).groups]
        assert not [pair for pair in combinations(boxes, 2) if pair[0].meets(pair[1])]


def test_the_letters_of_the_chosen_two_stand_apart_and_beside_the_dots() -> None:
    for right in ((40, 40, 20), (37, 40, 20), (40, 37, 38), (0, 0, 2)):
        drawn = chart(*right)
        (a, b), dots = drawn.roles, [dot for group in drawn.groups for dot in group.dots]
        assert (a.letter, b.letter) == ("A", "B")
        assert a.dx != b.dx or abs(a.y - b.y) >= LINE
        for role in (a, b):
            assert role.dx or all(abs(role.y - 4 - dot.y) > RADIUS for dot in dots)
