"""How far raters agree, against published tables."""

from __future__ import annotations

import pytest

from playground.experiments.statistics.agreement import Agreement, cohen, fleiss

# Fleiss 1971 as it is commonly printed: ten cells, fourteen raters, five marks.
TABLE = """0 0 0 0 14, 0 2 6 4 2, 0 0 3 5 6, 0 3 9 2 0, 2 2 8 1 1,
           7 7 0 0 0, 3 2 6 3 0, 2 5 3 2 2, 6 5 2 1 0, 0 2 2 3 7"""
NEAR = [(1, 1), (2, 3), (5, 5), (4, 5), (3, 3), (1, 2), (4, 4), (5, 4), (2, 2), (3, 4)]


def cells() -> list[list[int]]:
    rows = [[int(number) for number in row.split()] for row in TABLE.split(",")]
    return [[mark for mark, n in enumerate(row, 1) for _ in range(n)] for row in rows]


def test_two_raters_of_right_and_wrong_agree_as_the_textbook_says():
    pairs = [(True, True)] * 20 + [(True, False)] * 5 + [(False, True)] * 10
    kappa, n, agreed = cohen([*pairs, *[(False, False)] * 15])
    assert (round(kappa, 10), n, agreed) == (0.4, 50, 35)


def test_fourteen_raters_agree_as_the_textbook_says():
    kappa, n, _ = fleiss(cells())
    assert (round(kappa, 3), n) == (0.210, 10)


def test_near_misses_count_less_where_marks_have_an_order():
    # statsmodels: cohens_kappa(table), and with wt="quadratic"
    assert cohen(NEAR).kappa == pytest.approx(0.375)
    assert cohen(NEAR, ordinal=True).kappa == pytest.approx(32 / 37)


def test_cells_that_one_rater_left_out_count_for_none():
    assert cohen([(True, True), (False, False), (True, None), (None, None)]).n == 2


def test_cells_with_one_mark_say_nothing_of_agreement():
    kappa, n, agreed = fleiss([[1, 1, 2], [2, 2], [1], []])
    assert (n, agreed) == (2, 1)
    assert kappa == pytest.approx((2 / 3 - chance()) / (1 - chance()))


def chance() -> float:
    """Of the cells above that have a mark, by hand: the mean share of each mark, squared."""
    ones = (2 / 3 + 0 + 1) / 3
    return ones**2 + (1 - ones) ** 2


def test_full_agreement_is_one_in_either_way():
    assert cohen([(1, 1), (5, 5)]).kappa == fleiss([[1, 1, 1], [5, 5]], ordinal=True).kappa == 1


@pytest.mark.parametrize("marks", [[], [(True, True)] * 9])
def test_marks_that_are_all_the_same_have_no_kappa(marks):
    assert cohen(marks) == fleiss(marks) == Agreement(None, len(marks), len(marks))
