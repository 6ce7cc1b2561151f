"""How much answers disagree is a number from 0 to 1 that does not depend on their order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.comparisons.diff.disagreement import disagreement
from tests.comparisons.diff.texts import ANSWERS, COLUMNS, PATHOLOGICAL
from tests.effort import bounded_effort


@given(ANSWERS, st.integers(0, 5))
def test_identical_answers_do_not_disagree(answer, count):
    assert disagreement([answer] * count) == 0


def test_answers_that_share_no_word_disagree_entirely():
    assert disagreement(["red", "blue", "green"]) == 1


def test_an_empty_answer_disagrees_with_any_other():
    assert disagreement(["red", ""]) == 1


def test_one_of_three_disagrees_less_than_all_three():
    assert disagreement(["red", "red", "blue"]) < disagreement(["red", "green", "blue"])


def test_more_words_in_common_are_less_disagreement():
    near, far = "the small cat sleeps", "a large dog barks"
    assert disagreement(["the small cat sits", near]) < disagreement(["the small cat sits", far])


def test_a_wrong_number_is_not_lost_among_the_words():
    words = "All lines of the receipt were read and added up without any doubt. " * 5
    assert disagreement([f"{words} Total: 5", f"{words} Total: 6"]) == 1


def test_the_signs_of_short_answers_count():
    assert disagreement(["A+", "A-"]) > 0


@given(COLUMNS)
def test_it_lies_between_0_and_1(answers):
    assert 0 <= disagreement(answers) <= 1


@given(COLUMNS, st.randoms(use_true_random=False))
def test_the_order_of_the_answers_does_not_matter(answers, chance):
    shuffled = chance.sample(answers, len(answers))
    assert disagreement(shuffled) == disagreement(answers)


@pytest.mark.parametrize("answer", PATHOLOGICAL)
def test_pathological_answers_take_no_time(answer):
    with bounded_effort():
        disagreement([answer, answer[::-1], "a b c"])
