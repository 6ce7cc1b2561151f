"""Words, numbers and signs, what they are compared by, and one answer as a change of another."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given

from playground.comparisons.diff.words import MAX_CHARACTERS, Change, word_diff, words
from tests.comparisons.diff.texts import ANSWERS, PATHOLOGICAL
from tests.effort import bounded_effort


def keys(text: str) -> list[str]:
    return [word.key for word in words(text)]


def texts(text: str) -> list[str]:
    return [word.text for word in words(text)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("41.20", "41.2"),
        ("1,204", "1204"),
        ("1.204,50", "1204.5"),
        ("41,20", "41.20"),
        ("007", "7"),
        ("-0", "0"),
        ("−5", "-5"),
        ("٤٢", "42"),
        ("TOTAL", "total"),
        ("don’t", "don't"),
        ("Straße", "STRASSE"),
        ("ﬁne", "fine"),
    ],
)
def test_two_ways_to_write_the_same_have_one_key(one, other):
    assert keys(one) == keys(other)


@pytest.mark.parametrize(
    ("one", "other"), [("5", "-5"), ("0.412", "412"), ("1.2.3", "1.23"), ("$5", "€5"), ("✅", "❌")]
)
def test_what_differs_has_different_keys(one, other):
    assert keys(one) != keys(other)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("3-5 eggs", ["3", "-", "5", "eggs"]),
        ("0.412kg at €41.20", ["0.412", "kg", "at", "€", "41.20"]),
        ("日本語", ["日", "本", "語"]),
        ("snake_case, v2", ["snake", "_", "case", ",", "v2"]),
    ],
)
def test_a_text_is_taken_apart(text, parts):
    assert texts(text) == parts


@given(ANSWERS)
def test_the_positions_are_those_of_the_text(text):
    assert all(text[word.start : word.end] == word.text for word in words(text))


@given(ANSWERS)
def test_nothing_but_space_is_left_out(text):
    assert "".join(texts(text)) == "".join(text.split())


def test_only_the_first_characters_are_read():
    assert len(list(words("a " * MAX_CHARACTERS))) == MAX_CHARACTERS // 2


def test_a_replaced_word_is_removed_and_added():
    changes = word_diff("The cat sat.", "The dog sat.")
    assert changes == [
        Change("same", "The"),
        Change("removed", " cat"),
        Change("added", " dog"),
        Change("same", " sat."),
    ]


def test_space_is_no_difference():
    assert {change.kind for change in word_diff("a  b\n", " a b")} == {"same"}


@given(ANSWERS, ANSWERS)
def test_the_second_text_is_what_is_the_same_or_added(a, b):
    kept = "".join(change.text for change in word_diff(a, b) if change.kind != "removed")
    assert kept == (b if b.strip() else "")


@given(ANSWERS, ANSWERS)
def test_the_words_of_the_first_are_what_is_the_same_or_removed(a, b):
    kept = "".join(change.text for change in word_diff(a, b) if change.kind != "added")
    assert "".join(kept.split()) == "".join(a.split())


@given(ANSWERS)
def test_a_text_is_no_change_of_itself(text):
    assert {change.kind for change in word_diff(text, text)} <= {"same"}


@given(ANSWERS, ANSWERS)
def test_neighbours_are_of_different_kinds(a, b):
    kinds = [change.kind for change in word_diff(a, b)]
    assert all(one != other for one, other in pairwise(kinds))


def test_as_few_words_as_possible_change():
    changes = word_diff("one two three four", "four two one three")
    assert "".join(c.text for c in changes if c.kind == "same") == " two three"


@pytest.mark.parametrize("a", PATHOLOGICAL)
def test_a_pathological_pair_takes_no_time(a):
    with bounded_effort():
        word_diff(a, "b a " * 50_000)


def test_long_answers_take_no_time():
    a = [f"word{i * 7919 % 997}" for i in range(4_000)]
    with bounded_effort():
        word_diff(" ".join(a), " ".join(a[::3] + a[::-1]))
