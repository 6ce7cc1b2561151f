"""Quantiles read from buckets lie as near to the measured times as the module says."""

from __future__ import annotations

from math import ceil, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.catalog.histogram import LAST, MAX_SECONDS, MIN_SECONDS, RATIO, Histogram, bucket

ERROR = sqrt(RATIO) - 1  # 2.5 %: a bucket is read at its geometric middle
SECONDS = st.floats(MIN_SECONDS, MAX_SECONDS)
SAMPLES = st.lists(SECONDS, min_size=1, max_size=60)


def histogram(times: list[float]) -> Histogram:
    made = Histogram()
    for seconds in times:
        made.add(seconds)
    return made


@given(SAMPLES, st.sampled_from([0.1, 0.5, 0.9]) | st.floats(0, 1))
def test_a_quantile_is_within_the_stated_error_of_the_time_at_that_rank(times, share):
    true = sorted(times)[max(ceil(share * len(times)), 1) - 1]
    read = histogram(times).quantile(share)
    assert read == pytest.approx(true, rel=ERROR + 1e-9)


@given(SAMPLES, SAMPLES)
def test_two_days_added_are_one_day_of_all(one, other):
    added = histogram(one)
    added += histogram(other)
    assert added.as_json() == histogram(one + other).as_json()


@given(SAMPLES)
def test_it_is_stored_and_read_again_within_bounds(times):
    stored = histogram(times).as_json()
    assert Histogram.of_json(stored).quantile(0.5) == histogram(times).quantile(0.5)
    assert len(stored) <= LAST + 1


@given(SAMPLES)
def test_quantiles_do_not_fall(times):
    made = histogram(times)
    assert made.quantile(0.1) <= made.quantile(0.5) <= made.quantile(0.9)


@given(st.floats())
def test_any_number_falls_into_a_bucket(seconds):
    assert 0 <= bucket(seconds) <= LAST


def test_of_nothing_nothing_is_said():
    assert Histogram().quantile(0.5) is None
