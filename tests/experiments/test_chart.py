"""Accuracy against cost: what the chart of an experiment places where."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from playground.catalog import entries
from playground.comparisons.labels import Label
from playground.experiments.chart import Chart, chart_of
from playground.experiments.models.experiment import Variant
from playground.experiments.outcome import Standing
from playground.experiments.statistics.intervals import wilson
from playground.spending.totals import Bill
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
