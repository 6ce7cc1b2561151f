"""How many more cases would decide it: held against experiments that are drawn at random."""

from __future__ import annotations

from functools import cache
from itertools import accumulate
from math import comb
from random import Random
from statistics import median
from time import process_time

import pytest

from playground.experiments.statistics import forecast
from playground.experiments.statistics.forecast import MAX_MORE_CASES, more_cases
from playground.experiments.statistics.pairs import mcnemar

BATCHES, EXPERIMENTS, STEPS = 5, 250, 40
significance = cache(mcnemar)


class Step:
    """So many further cases: of how many A alone is right, and of how many B alone."""

    def __init__(self, share_a: float, share_b: float, cases: int) -> None:
        self.counts = [(a, b) for a in range(cases + 1) for b in range(cases + 1 - a)]
        neither = 1 - share_a - share_b
        odds = (
            comb(cases, a)
            * comb(cases - a, b)
            * share_a**a
            * share_b**b
            * neither ** (cases - a - b)
            for a, b in self.counts
        )
        self.odds = list(accumulate(odds))

    def decided_after(self, random: Random) -> list[bool]:
        """Whether one experiment is decided for A after each of STEPS such steps."""
        drawn = zip(*random.choices(self.counts, cum_weights=self.odds, k=STEPS), strict=True)
        sums = zip(*map(accumulate, drawn), strict=True)
        return [a > b and significance(a, b) <= 0.05 for a, b in sums]


def steps_needed(random: Random, step: Step) -> int:
    """How many steps four of five experiments of a batch need."""
    batch = [step.decided_after(random) for _ in range(EXPERIMENTS)]
    shares = [sum(after) / EXPERIMENTS for after in zip(*batch, strict=True)]
    return 1 + next(at for at, share in enumerate(shares) if share >= 0.8)


@pytest.mark.parametrize(
    ("only_a", "only_b", "n"),
    [(7, 2, 40), (20, 10, 100), (5, 0, 40), (12, 6, 60), (30, 21, 100), (4, 1, 100), (55, 45, 400)],
)
def test_the_forecast_is_within_a_quarter_of_the_median_of_a_simulation(only_a, only_b, n):
    random = Random(n)
    total = n + more_cases(only_a, only_b, n)
    cases = max(1, total // 25)
    step = Step(only_a / n, only_b / n, cases)
    drawn = [steps_needed(random, step) for _ in range(BATCHES)]
    assert total == pytest.approx(cases * median(drawn), rel=0.25)


def test_it_does_not_matter_which_of_the_two_is_ahead():
    assert more_cases(7, 2, 40) == more_cases(2, 7, 40)


def test_no_number_of_cases_decides_between_equal_shares():
    assert more_cases(5, 5, 40) is None
    assert more_cases(0, 0, 40) is None


def test_a_stricter_level_takes_more_cases():
    assert more_cases(7, 2, 40, 0.05 / 15) > 1.5 * more_cases(7, 2, 40)


def test_a_forecast_has_an_upper_bound():
    assert more_cases(5_001, 5_000, 10_001) == MAX_MORE_CASES
    assert more_cases(1, 0, 10**6) == MAX_MORE_CASES


@pytest.mark.parametrize("counts", [(38, 23, 100), (42, 26, 5_000)])
def test_the_exact_forecast_and_the_approximate_one_meet(counts, monkeypatch):
    exact = more_cases(*counts)
    monkeypatch.setattr(forecast, "MAX_EXACT", 0)
    assert more_cases.__wrapped__(*counts) == pytest.approx(exact, rel=0.01)


def test_the_forecasts_of_a_whole_experiment_take_seconds_at_most():
    begun = process_time()
    for only_a in range(10, 76):
        more_cases(only_a + 9, only_a, 300, 0.05 / (only_a - 9))
    assert process_time() - begun < 10
