"""Short answers, JSON values and labelled numbers that disagree come to the strip."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.comparisons.diff.conflicts import (
    MAX_CONFLICTS,
    MAX_SHORT_ANSWER_LENGTH,
    MAX_SHOWN_LENGTH,
    Conflict,
    conflicts,
)
from tests.comparisons.diff.texts import ANSWERS, COLUMNS, PATHOLOGICAL
from tests.effort import bounded_effort

LONG = "Here is what can be read on the receipt, as far as the picture is sharp enough for it.\n\n"
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


def strip(*answers: str) -> dict[str, list[str]]:
    return {conflict.label: conflict.values for conflict in conflicts(answers)}


def long(*answers: str) -> dict[str, list[str]]:
    return strip(*(LONG + answer for answer in answers))


def test_short_answers_are_compared_whole():
    assert conflicts(["**Yes.**", "no", "yes"]) == [Conflict("answer", ["Yes.", "no", "yes"])]


@pytest.mark.parametrize("other", ["Yes", "yes!", "**YES**", "`yes`", " yes\n"])
def test_the_same_short_answer_is_no_conflict(other):
    assert strip("yes.", other) == {}


@pytest.mark.parametrize("other", ["A-", "A", "B+", "A++"])
def test_the_signs_of_a_short_answer_count(other):
    assert strip("A+", other) == {"answer": ["A+", other]}


def test_answers_of_which_one_is_long_are_not_compared_whole():
    assert strip("yes", "n" * (MAX_SHORT_ANSWER_LENGTH + 1)) == {}


def test_answers_of_several_lines_are_not_compared_whole():
    assert strip("- cat", "- cat\n- dog") == {}


def test_an_empty_answer_disagrees_with_nobody():
    assert strip("yes", "", "no") == {"answer": ["yes", "–", "no"]}
    assert strip("yes", "") == {}


def test_json_is_compared_by_its_values():
    answers = '{"total": 41.20, "currency": "SEK"}', '{"total": 47.20, "currency": "sek"}'
    assert strip(*answers) == {"total": ["41.20", "47.20"]}


def test_json_may_stand_in_one_code_block():
    answers = 'Sure:\n```json\n{"a": [1, {"b": true}]}\n```\nDone.', '{"a": [1.0, {"b": false}]}'
    assert strip(*answers) == {"a[1].b": ["true", "false"]}


def test_a_key_that_is_missing_is_a_conflict():
    assert strip('{"a": 1, "b": null}', '{"a": 1}') == {"b": ["null", "–"]}


def test_an_answer_without_json_is_left_out():
    assert strip('{"a": 1}', "It is 1.", '{"a": 2}') == {"a": ["1", "–", "2"]}
    assert strip('{"a": 1}', "It is 1.", '{"a": 1}') == {}


@pytest.mark.parametrize("code", ["{", "[" * 100_000, "NaN", "5", '"a"', "{}{}", "9" * 5_000])
def test_what_is_no_object_is_not_json(code):
    assert "answer" not in strip(LONG + code, LONG + code + " ")


def test_labelled_numbers_are_compared_by_value():
    assert long("Total: 41.20", "- **total**: 41.2", "TOTAL = $47.20") == {
        "total": ["41.20", "41.2", "47.20"]
    }


@pytest.mark.parametrize(
    "stated",
    [
        "The total is {}.",
        "**Total** (incl. VAT): {}",
        "It comes to a total of **{} SEK**",
        "| total: {} |",
    ],
)
def test_a_total_is_found_however_it_is_stated(stated):
    assert long(stated.format("41.20"), "total: 47.20") == {"total": ["41.20", "47.20"]}


def test_rows_of_two_columns_are_labelled_by_the_first():
    answers = [f"| Item | Price |\n|---|--:|\n| Gouda | {price} SEK |" for price in ("1", "2")]
    assert long(*answers) == {"gouda": ["1 SEK", "2 SEK"]}


def test_cells_of_wider_tables_are_labelled_by_row_and_column():
    answers = [f"|Item|Qty|Total|\n|-|-|-|\n|Gouda|{qty}|5|" for qty in ("0.412 kg", "0.472 kg")]
    assert long(*answers) == {"gouda · qty": ["0.412 kg", "0.472 kg"]}


@pytest.mark.parametrize("text", ["at: {}:30", "on: 2024-{}-01", "from: {}-90", "see: v{}"])
def test_times_dates_and_versions_are_no_labelled_numbers(text):
    assert long(text.format("12"), text.format("11")) == {}


def test_a_label_of_one_answer_is_no_conflict():
    assert long("Total: 5", "Tax: 6") == {}


def test_an_answer_without_the_label_has_none():
    assert long("Total: 5", "Tax: 6", "Total: 7") == {"total": ["5", "–", "7"]}


def test_an_answer_may_give_a_label_two_numbers():
    assert long("Total: 5\nTotal: 6", "Total: 5") == {"total": ["5, 6", "5"]}


def test_there_are_not_too_many_conflicts():
    answers = [LONG + "\n".join(f"row{i}x: {i + n}" for i in range(30)) for n in (0, 1)]
    assert len(conflicts(answers)) == MAX_CONFLICTS


def test_what_most_answers_speak_of_comes_first():
    assert list(long("a: 1\nb: 1", "a: 2\nb: 2", "b: 2")) == ["b", "a"]


def test_a_long_value_is_shortened():
    values = strip(json.dumps({"a": "x" * 500}), json.dumps({"a": "y"}))["a"]
    assert len(values[0]) == MAX_SHOWN_LENGTH


@given(ANSWERS, st.integers(1, 5))
def test_identical_answers_have_no_conflict(answer, count):
    assert conflicts([answer] * count) == []


@given(st.lists(ANSWERS | VALUES.map(json.dumps), max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_the_columns_does_not_matter(answers, chance):
    order = list(range(len(answers)))
    chance.shuffle(order)
    moved = [Conflict(c.label, [c.values[i] for i in order]) for c in conflicts(answers)]
    assert conflicts([answers[i] for i in order]) == moved


@given(COLUMNS)
def test_each_conflict_has_a_value_for_each_answer(answers):
    assert all(len(conflict.values) == len(answers) for conflict in conflicts(answers))


@given(VALUES)
def test_the_layout_of_json_is_no_conflict(value):
    assert conflicts([json.dumps([value]), json.dumps([value], indent=1, ensure_ascii=False)]) == []


@pytest.mark.parametrize("answer", PATHOLOGICAL)
def test_pathological_answers_take_no_time(answer):
    with bounded_effort():
        conflicts([answer, answer[::-1], "total: 5"])
