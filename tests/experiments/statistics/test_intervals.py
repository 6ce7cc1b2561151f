"""Where a share and a mean lie, against known values and by simulation."""

from __future__ import annotations

from random import Random
from time import process_time

import pytest

from playground.experiments.statistics.intervals import MAX_RESAMPLED, mean_interval, wilson

SCORES = [1.0, 1.0, 0.9, 1.0, 0.5, 0.8, 1.0, 1.0, 0.0, 0.75, 1.0, 0.95]


def skewed(random: Random) -> float:
    """Nine in ten are right to the letter; the mean is 0.95."""
    return 1.0 if random.random() < 0.9 else random.random()


def test_the_interval_of_a_share_is_the_one_that_is_published():
    low, high = wilson(36, 40)
    assert (round(low, 3), round(high, 3)) == (0.769, 0.960)


def test_the_bootstrap_agrees_with_another_implementation():
    low, high = mean_interval(SCORES)
    # scipy.stats.bootstrap, method BCa, 99,999 resamples
    assert low == pytest.approx(0.5625, abs=0.04)
    assert high == pytest.approx(0.9375, abs=0.02)


def test_the_same_scores_in_another_order_give_the_same_interval():
    assert mean_interval(SCORES) == mean_interval(SCORES[::-1])


@pytest.mark.parametrize("scores", [[], [0.7], [1.0] * 40])
def test_scores_without_a_spread_give_no_interval(scores):
    assert mean_interval(scores) is None


def test_what_is_computed_for_many_scores_continues_what_is_resampled_for_few():
    random = Random(1)
    scores = [skewed(random) for _ in range(MAX_RESAMPLED)]
    resampled, computed = mean_interval(scores), mean_interval([*scores, scores[0]])
    assert tuple(computed) == pytest.approx(tuple(resampled), abs=0.008)


@pytest.mark.parametrize(("n", "least"), [(30, 0.85), (150, 0.91)])
def test_the_interval_of_skewed_scores_holds_their_mean_nearly_as_often_as_it_says(n, least):
    random = Random(2)
    intervals = [mean_interval([skewed(random) for _ in range(n)]) for _ in range(200)]
    held = [one.low <= 0.95 <= one.high for one in intervals if one]
    assert least <= sum(held) / len(held) <= 0.98


def test_an_interval_stays_within_the_scores():
    low, high = mean_interval([0.0] + [1.0] * 500)
    assert 0 <= low < high <= 1


def test_twelve_columns_of_ten_thousand_scores_take_seconds_at_most():
    random = Random(3)
    columns = [[skewed(random) for _ in range(10_000)] for _ in range(12)]
    begun = process_time()
    assert all(mean_interval(column) for column in columns)
    assert process_time() - begun < 10
