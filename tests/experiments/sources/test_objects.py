"""JSON Lines, and JSON files with a list of cases."""

from __future__ import annotations

import json

import pytest

from playground.experiments.sources.rows import SourceError
from tests.effort import bounded_effort
from tests.experiments.sources.made import problems, table, values

CASE = {
    "images": ["a.png", "b.png"],
    "variables": {"shop": "Dune", "n": 9.60},
    "expected": {"total": 9.6},
    "tags": ["receipt", "small print"],
    "note": None,
    "sure": True,
}
CELLS = {
    "images": "a.png; b.png",
    "shop": "Dune",
    "n": "9.6",
    "expected": '{"total": 9.6}',
    "tags": "receipt; small print",
    "note": "",
    "sure": "true",
}


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (json.dumps(CASE), "cases.jsonl"),
        (json.dumps([CASE]), "cases.json"),
        (json.dumps({"name": "Totals", "cases": [CASE]}), "cases.json"),
    ],
)
def test_a_case_is_read_from_either_form(content, name):
    assert values(content, name) == [CELLS]


@pytest.mark.parametrize(
    ("content", "name"), [('{"a": %s}', "a.ndjson"), ('[{"a": %s}]', "a.json")]
)
@pytest.mark.parametrize("number", ["9.60", "12345678901234567890", "1e5", "-0.0"])
def test_numbers_stay_as_they_are_written(content, name, number):
    assert values(content % number, name) == [{"a": number}]


def test_a_variable_that_is_called_like_something_else_stays_one():
    line = '{"variables": {"label": "a", "file": "b", "Note": "c", "shop": "d"}, "expected": "5"}'
    columns = ("{{label}}", "{{file}}", "{{Note}}", "shop", "expected")
    assert table(line, "cases.jsonl").columns == columns


def test_columns_are_the_names_of_all_cases():
    assert table('{"a": 1}\n\n{"b": 2, "a": 3}\n', "a.jsonl").columns == ("a", "b")


def test_lines_that_are_no_object_are_named_by_number():
    found = problems('{"a": 1}\n{"a": \n[1]\n{}\n' + "[" * 5000, "a.jsonl")
    assert list(found) == [2, 3, 4, 5]
    assert found[2].startswith("This is no JSON: Expecting value")
    assert found[3] == "This is no JSON object."


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        ("", "a.jsonl", "no case in the file"),
        ("[]", "a.json", "no case in the file"),
        ("{}", "a.json", "neither a list of cases nor"),
        ("5", "a.json", "neither a list of cases nor"),
        ("[1", "a.json", "no JSON"),
        ("[" * 100_000, "a.json", "too deep"),
        ("[" + "9" * 5_000 + "]", "a.json", "one of its numbers is too long"),
        ('{"cases": {"a": 1}}', "a.json", "neither a list"),
        ("x", "cases.xlsx", "cases.xlsx is no table"),
    ],
)
def test_what_has_no_cases_is_refused_in_words(content, name, reason):
    with pytest.raises(SourceError, match=reason):
        table(content, name)


def test_half_a_character_is_a_problem_of_its_row():
    assert "no text" in problems(r'{"a": "\ud800"}', "a.jsonl")[1]


def test_ten_thousand_cases_do_not_take_long():
    with bounded_effort():
        assert len(values('{"a": 9.60}\n' * 10_000, "a.jsonl")) == 10_000
