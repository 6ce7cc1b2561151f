"""Win rates come with how sure they are, and under ten votes not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.comparisons.blind.win_rates import MIN_VOTES, Interval, WinRate, wilson

VOTES = st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


# Newcombe 1998, Statistics in Medicine 17, table I: Wilson's method without continuity correction.
@pytest.mark.parametrize(
    ("wins", "n", "interval"),
    [
        (81, 263, (0.2553, 0.3662)),
        (15, 148, (0.0624, 0.1605)),
        (0, 20, (0.0, 0.1611)),
        (1, 29, (0.0061, 0.1718)),
    ],
)
def test_the_interval_is_the_published_one(wins, n, interval):
    assert wilson(wins, n) == pytest.approx(interval, abs=5e-5)


def test_without_votes_anything_is_possible():
    assert wilson(0, 0) == Interval(0.0, 1.0)


@given(VOTES)
def test_the_share_lies_within_the_interval_and_that_within_0_and_1(votes):
    low, high = wilson(*votes)
    assert 0 <= low <= votes[0] / votes[1] <= high <= 1


@given(VOTES)
def test_wins_and_losses_mirror_each_other(votes):
    wins, n = votes
    mirrored = wilson(n - wins, n)
    assert wilson(wins, n) == pytest.approx((1 - mirrored.high, 1 - mirrored.low))


@given(VOTES)
def test_ten_times_the_votes_are_surer(votes):
    few, many = wilson(*votes), wilson(votes[0] * 10, votes[1] * 10)
    assert many.high - many.low < few.high - few.low


@pytest.mark.parametrize(("wins", "n"), [(-1, 5), (6, 5), (0, -1)])
def test_counts_that_cannot_be_are_refused(wins, n):
    with pytest.raises(ValueError, match="votes"):
        wilson(wins, n)
    with pytest.raises(ValueError, match="votes"):
        WinRate(wins, n)


def test_under_ten_votes_there_is_no_rate():
    rate = WinRate(MIN_VOTES - 1, MIN_VOTES - 1)
    assert (rate.share, rate.interval) == (None, None)


def test_from_ten_votes_on_there_is_one():
    rate = WinRate(8, MIN_VOTES)
    assert (rate.share, rate.interval) == (0.8, wilson(8, 10))
