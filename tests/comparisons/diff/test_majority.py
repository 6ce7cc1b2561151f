"""What most answers do not share is found: words, numbers, cells, statements, and places."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.comparisons.diff.majority import judge
from playground.comparisons.diff.parsing import read_texts
from tests.comparisons.diff.texts import ANSWERS, COLUMNS, PATHOLOGICAL
from tests.effort import bounded_effort

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playground.comparisons.diff.notes import Note


def unshared(answers: Sequence[str]) -> list[list[tuple[int, int]]]:
    """The spans of characters of each text that most of the texts do not share."""
    found = []
    for reading, verdict in zip(readings := read_texts(answers), judge(readings), strict=True):
        # A text is read with a line sign before it, which its first character stands behind.
        starts = list(accumulate(map(len, reading.pieces), initial=-1))
        found.append([(starts[2 * a + 1], starts[2 * b + 2]) for a, b in verdict.runs(reading)])
    return found


def notes(answers: Sequence[str]) -> list[Note]:
    return [verdict.note for verdict in judge(read_texts(answers))]


def marked(*answers: str) -> list[list[str]]:
    spans = unshared(answers)
    return [[a[start:end] for start, end in own] for a, own in zip(answers, spans, strict=True)]


def table(*rows: tuple[str, str]) -> str:
    lines = ["| Item | Total |", "|---|--:|", *(f"| {item} | {total} |" for item, total in rows)]
    return "\n".join(lines)


def test_the_odd_one_out_of_three_is_marked():
    assert marked("The mat is red", "The mat is red", "The mat is blue") == [[], [], ["blue"]]


def test_of_two_answers_both_are_marked():
    assert marked("The mat is red", "The mat is blue") == [["red"], ["blue"]]


def test_half_of_the_answers_are_not_most():
    assert marked("red", "red", "blue", "blue") == [["red"], ["red"], ["blue"], ["blue"]]


def test_one_answer_alone_is_not_marked():
    assert marked("The mat is red") == [[]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Total 41.20", "total **41.2**"),
        ("1,204 people", "1204 people"),
        ("# The Cat\n\n- a\n- b", "the *cat* a b"),
        ("1. cats\n2. dogs", "cats dogs"),
        ("```json\ncats\n```", "cats"),
        (table(("Bun", "3.00")), "|Item|Total|\n|:-:|-|\n|bun|3|\n"),
    ],
)
def test_markup_and_ways_to_write_a_number_are_no_difference(one, other):
    assert marked(one, other) == [[], []]


def test_a_cell_is_marked_as_a_whole():
    same, other = (
        table(("Gouda", "0.412 kg"), ("Bun", "2")),
        table(("Gouda", "0.5 kg"), ("Bun", "2")),
    )
    assert marked(same, same, other) == [[], [], ["0.5 kg"]]


def test_a_cell_is_compared_with_its_own_place():
    answers = table(("Gouda", "1"), ("Bun", "2")), table(("Gouda", "2"), ("Bun", "1"))
    assert marked(*answers) == [["1", "2"], ["2", "1"]]


def test_rows_in_another_order_are_no_difference():
    answers = table(("Gouda", "1"), ("Bun", "2")), table(("Bun", "2"), ("Gouda", "1"))
    assert marked(*answers) == [[], []]


def test_numbers_that_changed_places_are_marked():
    assert marked("3 chairs and 5 lamps", "5 chairs and 3 lamps") == [["3", "5"], ["5", "3"]]


def test_numbers_behind_a_label_are_compared_by_it():
    assert marked("Sum: 3. Tax: 5.", "Sum: 5. Tax: 3.") == [["3", "5"], ["5", "3"]]


def test_words_that_changed_places_are_marked():
    answers = "The cat is left of the dog.", "The dog is left of the cat."
    assert marked(*answers) == [["cat", "dog"], ["dog", "cat"]]


def test_a_statement_in_another_order_is_the_same():
    assert marked("In 2020 sales rose.", "Sales rose in 2020.") == [[], []]


def test_a_statement_that_few_make_is_marked_as_a_whole():
    shared = "The lines add up to the printed total."
    more = f"{shared} The VAT line of the receipt looks consistent too."
    found = marked(shared, shared, more)
    assert found == [[], [], ["The VAT line of the receipt looks consistent too"]]


def test_a_mark_does_not_go_over_the_end_of_a_line():
    assert marked("", "one\ntwo three")[1] == ["one", "two three"]


@pytest.mark.parametrize(
    ("answers", "notes_"),
    [
        (["a", "a", "a"], ["Agrees with the majority"] * 3),
        (["a", "a"], ["Agrees with the other answer"] * 2),
        (["a"], [""]),
        (["", "a", "a"], ["", *["Agrees with the majority"] * 2]),
        (
            [table(("Bun", "3"), ("Bag", "1"))] * 2 + [table(("Bun", "3"))],
            ["Agrees with the majority"] * 2 + ["1 line is missing"],
        ),
        (["5 eggs", "5 eggs", "6 eggs"], ["Agrees with the majority"] * 2 + ["1 value differs"]),
        (["a 5", "b 6"], ["1 value and 1 word differ"] * 2),
        (
            [table(("Bun", "3"), ("Bag", "1"))] * 2 + [table(("Bun", "4"))],
            ["Agrees with the majority"] * 2 + ["1 value differs, 1 line is missing"],
        ),
        (
            ["It is a cat."] * 2 + ["It is a cat. Behind it stands one tall lamp."],
            ["Agrees with the majority"] * 2 + ["1 statement no other answer makes"],
        ),
    ],
)
def test_the_note_counts_what_differs(answers, notes_):
    assert [note.sentence for note in notes(answers)] == notes_


def test_the_note_joins_three_kinds():
    other = "It is 5 red cats. Behind them stands one tall lamp."
    sentences = [note.sentence for note in notes(["It is 6 blue cats."] * 2 + [other])]
    assert sentences[2] == "1 value, 1 word and 1 statement differ"


@given(ANSWERS, st.integers(2, 6))
def test_identical_answers_are_not_marked(answer, count):
    assert marked(*[answer] * count) == [[]] * count


@given(COLUMNS, st.randoms(use_true_random=False))
def test_the_order_of_the_columns_does_not_matter(answers, chance):
    order = list(range(len(answers)))
    chance.shuffle(order)
    spans, shuffled = unshared(answers), unshared([answers[i] for i in order])
    assert shuffled == [spans[i] for i in order]


@given(COLUMNS, st.randoms(use_true_random=False))
def test_nor_does_it_for_the_notes(answers, chance):
    order = list(range(len(answers)))
    chance.shuffle(order)
    found = notes(answers)
    assert notes([answers[i] for i in order]) == [found[i] for i in order]


@given(COLUMNS)
def test_the_spans_rise_and_lie_within_the_answer(answers):
    for answer, spans in zip(answers, unshared(answers), strict=True):
        edges = [edge for span in spans for edge in span]
        assert edges == sorted(set(edges).intersection(range(len(answer) + 1)))


@given(COLUMNS, ANSWERS)
def test_an_answer_with_a_majority_of_its_own_is_not_marked(answers, answer):
    assert not unshared([*answers, *[answer] * (len(answers) + 1)])[-1]


@pytest.mark.parametrize("answer", PATHOLOGICAL)
def test_pathological_answers_take_no_time(answer):
    with bounded_effort():
        unshared([answer, answer[::-1], "a b c d e f"])
