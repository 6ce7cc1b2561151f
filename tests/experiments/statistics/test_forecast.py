"""How many more cases would decide it: held against experiments that are drawn at random."""

from __future__ import annotations

from functools import cache
from random import Random
from statistics import median
from time import process_time

import pytest

from playground.experiments.statistics import forecast
from playground.experiments.statistics.forecast import MAX_MORE_CASES, more_cases
from playground.experiments.statistics.pairs import mcnemar

BATCHES, EXPERIMENTS, STEPS = 5, 250, 40
significance = cache(mcnemar)


def decided_after(random: Random, share_a: float, share_b: float, step: int) -> list[bool]:
    """Whether one experiment is decided for A after each further step cases."""
    a = b = 0
    decided = []
    for _ in range(STEPS):
        drawn = random.choices("ab-", (share_a, share_b, 1 - share_a - share_b), k=step)
        a, b = a + drawn.count("a"), b + drawn.count("b")
        decided.append(a > b and significance(a, b) <= 0.05)
    return decided


def cases_needed(random: Random, share_a: float, share_b: float, step: int) -> int:
    """How many cases four of five experiments of a batch need."""
    batch = [decided_after(random, share_a, share_b, step) for _ in range(EXPERIMENTS)]
    shares = [sum(after) / EXPERIMENTS for after in zip(*batch, strict=True)]
    return step * (1 + next(at for at, share in enumerate(shares) if share >= 0.8))


@pytest.mark.parametrize(
    ("only_a", "only_b", "n"),
    [(7, 2, 40), (20, 10, 100), (5, 0, 40), (12, 6, 60), (30, 21, 100), (4, 1, 100), (55, 45, 400)],
)
def test_the_forecast_is_within_a_quarter_of_the_median_of_a_simulation(only_a, only_b, n):
    random = Random(n)
    total = n + more_cases(only_a, only_b, n)
    step = max(1, total // 25)
    drawn = [cases_needed(random, only_a / n, only_b / n, step) for _ in range(BATCHES)]
    assert total == pytest.approx(median(drawn), rel=0.25)


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


def test_the_forecasts_of_a_whole_experiment_take_less_than_a_second():
    begun = process_time()
    for only_a in range(10, 76):
        more_cases(only_a + 9, only_a, 300, 0.05 / (only_a - 9))
    assert process_time() - begun < 1
