"""Two variants side by side, against published values and by simulation."""

from __future__ import annotations

from math import comb
from random import Random
from time import process_time

import pytest

from playground.experiments.statistics import pairs
from playground.experiments.statistics.intervals import Interval
from playground.experiments.statistics.pairs import (
    Counts,
    Verdict,
    compare,
    difference_interval,
    holm,
    mcnemar,
)


def columns(both=0, only_a=0, only_b=0, neither=0):
    parts = [(both, (True, True)), (only_a, (True, False)), (only_b, (False, True))]
    cases = [case for n, case in [*parts, (neither, (False, False))] for _ in range(n)]
    return list(zip(*cases, strict=True)) if cases else [(), ()]


def pair(**counts):
    return compare(columns(**counts))[0]


def alike(random: Random, variants: int, cases: int) -> list[list[bool]]:
    """Variants that are equally good, and find the same cases hard."""
    ease = [random.random() for _ in range(cases)]
    return [[random.random() < one for one in ease] for _ in range(variants)]


@pytest.mark.parametrize(("only_a", "only_b"), [(7, 2), (0, 0), (6, 0), (3, 3), (41, 19), (12, 88)])
def test_the_test_sums_the_terms_of_the_binomial(only_a, only_b):
    n, fewer = only_a + only_b, min(only_a, only_b)
    exact = min(1.0, 2 * sum(comb(n, k) for k in range(fewer + 1)) / 2**n)
    assert mcnemar(only_a, only_b) == pytest.approx(exact, rel=1e-10)


def test_the_test_of_many_cases_agrees_with_another_implementation():
    assert mcnemar(5000, 4700) == pytest.approx(0.0023966033625776526)  # scipy.stats.binomtest


def test_seven_against_two_is_not_decided():
    one = pair(both=29, only_a=7, only_b=2, neither=2)
    assert (one.n, one.verdict, one.decided) == (40, Verdict.UNDECIDED, False)
    assert one.p == pytest.approx(0.1797, abs=1e-4)
    assert one.more_cases == pytest.approx(80, abs=2)


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [
        ({"both": 20, "only_a": 12, "only_b": 1}, Verdict.A),
        ({"both": 20, "only_a": 1, "only_b": 12}, Verdict.B),
        ({"both": 600, "only_a": 2, "only_b": 2, "neither": 100}, Verdict.EQUAL),
        ({"both": 100}, Verdict.UNDECIDED),
        ({"only_a": 9}, Verdict.TOO_FEW),
        ({}, Verdict.TOO_FEW),
    ],
)
def test_what_a_pair_shows_is_said(counts, verdict):
    assert pair(**counts).verdict is verdict


def test_a_difference_that_was_shown_is_said_though_it_is_small():
    one = pair(both=9900, only_a=60, only_b=20, neither=20)
    assert one.verdict is Verdict.A
    assert one.difference.high < 0.02


def test_a_case_counts_only_where_both_variants_have_a_verdict():
    first, second = [True, None, False, True], [False, True, None, True]
    assert compare([first, second])[0].n == 2


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        (Counts(1, 1, 7, 12), -0.517, -0.026),  # Fagerland, Lydersen, Laake 2014, table 5
        # The constrained likelihood, maximised numerically
        (Counts(43, 0, 1, 0), -0.11808, 0.05939),
        (Counts(29, 7, 2, 2), -0.02583, 0.28269),
        (Counts(100, 0, 0, 100), -0.01885, 0.01885),
        (Counts(0, 0, 0, 0), -1, 1),
    ],
)
def test_the_interval_of_a_difference_is_tangos(counts, low, high):
    assert difference_interval(counts) == pytest.approx((low, high), abs=6e-4)


def test_the_correction_for_several_tests_keeps_their_order():
    # R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_one_variant_alone_has_no_pairs():
    assert compare([[True, False]]) == []


@pytest.fixture
def verdicts_alone(monkeypatch):
    """Leave out what does not decide, and takes longer than all else: interval and forecast."""
    monkeypatch.setattr(pairs, "difference_interval", lambda *_: Interval(-1, 1))
    monkeypatch.setattr(pairs, "more_cases", lambda *_: None)


@pytest.mark.usefixtures("verdicts_alone")
@pytest.mark.parametrize(("variants", "cases"), [(2, 40), (2, 200), (4, 60)])
def test_equal_variants_have_a_winner_in_at_most_one_of_twenty_experiments(variants, cases):
    random = Random(variants * cases)
    experiments = [compare(alike(random, variants, cases)) for _ in range(1_000)]
    assert sum(any(one.decided for one in found) for found in experiments) <= 50


def test_variants_two_points_apart_are_rarely_called_equal():
    random = Random(4)
    parts = [(True, True), (True, False), (False, True)]
    drawn = [random.choices(parts, (96, 3, 1), k=1_000) for _ in range(400)]
    equal = [compare(list(zip(*cases, strict=True)))[0].verdict is Verdict.EQUAL for cases in drawn]
    assert sum(equal) <= 20


def test_the_pairs_of_twelve_variants_of_ten_thousand_cases_take_seconds_at_most():
    variants = alike(Random(5), 12, 10_000)
    begun = process_time()
    assert len(compare(variants)) == 66
    assert process_time() - begun < 10
