"""The map of models: inside its field, with labels that do not lie on each other."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.catalog.badges import Badges
from playground.catalog.entries import Model, models
from playground.catalog.histogram import Histogram
from playground.comparisons.blind.win_rates import WinRate
from playground.leaderboard.scatter_chart import BOTTOM, LEFT, RIGHT, TOP, layout
from playground.leaderboard.sorting import findings
from playground.leaderboard.table import Row, Sums


def row(model: Model, seconds: float, wins: int, n: int = 50, runs: int = 100) -> Row:
    latency = Histogram()
    latency.add(seconds)
    sums = Sums(completed=runs, runs=runs, latency=latency)
    rest: dict[str, Any] = {"price": None, "starred": False, "runnable": True, "demo": False}
    return Row(model=model, sums=sums, rate=WinRate(wins, n), marks=Badges(), **rest)


ROWS = st.lists(
    st.builds(
        row,
        st.sampled_from(models()),
        st.floats(0.01, 9000),
        st.integers(0, 50),
        runs=st.integers(1, 10**7),
    ),
    min_size=1,
    max_size=13,
)


@given(ROWS)
def test_every_model_is_inside_the_field(rows: list[Row]) -> None:
    drawn = layout(rows)
    assert drawn
    assert len(drawn.dots) == len(rows)
    assert all(LEFT <= dot.x <= RIGHT and TOP <= dot.y <= BOTTOM for dot in drawn.dots)
    assert 2 <= len(drawn.seconds) <= 7
    assert len(drawn.shares) >= 2


def test_labels_of_the_design_do_not_lie_on_each_other() -> None:
    known = {
        "anthropic/claude-3.7-sonnet": (6.4, 32),
        "anthropic/claude-3.5-sonnet": (5.8, 28),
        "google/gemini-2.0-flash-001": (1.9, 26),
        "openai/gpt-4o": (4.2, 27),
        "openai/gpt-4.1": (5.1, 30),
        "openai/gpt-5-chat": (5.6, 33),
        "google/gemini-flash-1.5": (2.1, 19),
    }
    drawn = layout([row(Model(one), *values) for one, values in known.items()])
    assert drawn
    boxes = [dot.name.box for dot in drawn.dots]
    assert not [pair for pair in combinations(boxes, 2) if pair[0].meets(pair[1])]


def test_without_votes_there_is_no_map() -> None:
    assert layout([row(models()[0], 2, 4, n=9)]) is None


def test_a_model_that_never_won_is_on_the_map() -> None:
    drawn = layout([row(models()[0], 2, 0)])
    assert drawn
    assert drawn.dots[0].y == pytest.approx(BOTTOM)


def test_who_leads_is_said_of_whom_enough_is_known() -> None:
    first, second, *_ = models()
    said = {
        one.title: one.model for one in findings([row(first, 2, 30), row(second, 1, 20, runs=9)])
    }
    assert said["Most preferred"] == first
    assert said["Fastest"] == first
