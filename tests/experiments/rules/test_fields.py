"""JSON by its fields, and by a schema."""

from __future__ import annotations

import json

import pytest

from playground.experiments.rules.parse import parse_rule
from playground.experiments.rules.reading import RuleError
from tests.effort import bounded_effort
from tests.experiments.rules.judged import judged

EXPECTED = '{"shop": "Dune", "total": 429.57, "rows": [{"name": "milk", "n": 2}]}'
SCHEMA = {
    "type": "object",
    "properties": {"total": {"$ref": "#/$defs/amount"}, "shop": {"type": "string"}},
    "required": ["total"],
    "$defs": {"amount": {"type": "number", "minimum": 0}},
}


@pytest.mark.parametrize(
    "around", ["{}", "```json\n{}\n```", "Here it is:\n{}\nDone.", "<think>no</think>{}"]
)
def test_json_is_found_wherever_it_stands(around):
    answer = around.replace("{}", EXPECTED)
    reading = judged("json", answer, EXPECTED)
    assert (reading.right, reading.score) == (True, 1)


def test_fields_that_differ_are_named_and_the_rest_counts_for_the_score():
    answer = '{"shop": "Dune", "total": "429.57", "rows": [{"name": "milk"}], "vat": 1}'
    reading = judged("json", answer, EXPECTED)
    assert (reading.right, reading.score) == (False, pytest.approx(2 / 5))
    assert reading.reason == (
        'total is "429.57", not 429.57; rows[0].n is missing; vat is not expected.'
    )


def test_only_the_fields_that_are_named_count():
    answer = '{"total": 429.57, "rows": [{"name": "bread", "n": 2}]}'
    assert judged("json", answer, EXPECTED, fields=["total"]).right
    assert not judged("json", answer, EXPECTED, fields=["total", "rows"]).right


def test_a_field_of_what_is_listed_is_that_of_each():
    answer = '{"rows": [{"name": "oat milk", "n": 2}]}'
    assert judged("json", answer, EXPECTED, fields=["rows.n"]).right
    assert judged("json", answer, EXPECTED, fields=["rows.name"]).right is False
    assert judged("json", answer, EXPECTED, fields=["rows[0].n"]).right


def test_fields_that_neither_side_has_decide_nothing():
    reading = judged("json", EXPECTED, EXPECTED, fields=["totl", "rows.m"])
    assert (reading.right, reading.reason) == (None, "Neither has totl, rows.m.")


@pytest.mark.parametrize(
    ("answer", "expected", "right"),
    [
        ("1", "1.0", True),
        ("true", "1", False),
        ("[]", "[]", True),
        ("{}", "[]", False),
        ('"a"', '"a"', True),
        ("[1, 2]", "[2, 1]", False),
        ("[NaN]", "[NaN]", True),
        ("no", "{}", False),
        ("{}", "no", None),
        ("```json\n[]\n```", "[]", True),
        ('{"a": 1}\nSources: [1], [2]', '{"a": 1}', True),
        ('{"a": 1} and [1]', "[1]", True),
        ('{"a": "cafe\u0301"}', '{"a": "café"}', True),
    ],
)
def test_values_are_equal_by_kind_and_order(answer, expected, right):
    assert judged("json", answer, expected).right is right


def test_a_schema_is_held_against_the_object_and_not_against_what_stands_behind_it():
    assert judged("json", '{"total": 1}\nSources: [1]', "", schema=SCHEMA).right


def test_a_schema_says_which_field_is_wrong():
    assert judged("json", '{"total": 1}', "", schema=SCHEMA).right
    reading = judged("json", '{"total": -1, "shop": 5}', "", schema=SCHEMA)
    assert reading.right is False
    assert "['shop']: 5 is not of type" in reading.reason
    assert "['total']: -1 is less than the minimum" in reading.reason


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ({"type": "nope"}, "cannot be used"),
        ({"pattern": "(?=a)"}, "cannot be used"),
        ({"$ref": "https://example.com/schema.json"}, "which is not in it"),
        ({"$ref": "#/$defs/none"}, "which is not in it"),
        ({"properties": {"next": {"$ref": "#"}}}, "refers to itself"),
        ({"$dynamicRef": "#node"}, "refers to itself"),
        ({"enum": ["x" * 100_000]}, "longer than"),
    ],
)
def test_a_schema_that_cannot_be_bounded_is_refused(schema, reason):
    with pytest.raises(RuleError, match=reason):
        parse_rule({"rule": "json", "schema": schema})


def test_references_that_multiply_are_refused():
    twice = {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(40)}
    with pytest.raises(RuleError, match="too large"):
        parse_rule({"rule": "json", "schema": {"$ref": "#/$defs/d0", "$defs": twice}})


def test_a_property_may_be_called_as_a_keyword():
    schema = {"properties": {"$ref": {"type": "string"}, "definitions": {"type": "number"}}}
    assert judged("json", '{"definitions": "x"}', "", schema=schema).right is False
    assert judged("json", '{"$ref": 5}', "", schema=schema).right is False


@pytest.mark.parametrize(
    "answer", ["[" * 150_000, "[1," * 100_000, '{"a":' * 50_000, "[0]" * 100_000]
)
def test_no_answer_takes_long(answer):
    with bounded_effort():
        judged("json", answer, EXPECTED)
        judged("json", answer, "", schema=SCHEMA)


def test_more_fields_than_are_compared_decide_nothing():
    many = json.dumps(list(range(15_000)))
    assert judged("json", many, many).right is None


@pytest.mark.parametrize("answer", [r'{"\ud800": 1}', r'{"total": "\udfff"}'])
def test_an_escape_that_is_no_sign_is_read_and_can_be_kept(answer):
    for reading in (judged("json", answer, EXPECTED), judged("json", answer, "", schema=SCHEMA)):
        assert reading.right is False
        assert (reading.read + reading.reason).encode()


def test_json_that_is_too_deep_for_a_schema_is_not_marked():
    reading = judged("json", "[" * 500 + "]" * 500, "", schema=SCHEMA)
    assert (reading.right, reading.reason) == (
        None,
        "JSON as deep or as large as this is not compared.",
    )


def test_a_whole_number_of_any_length_is_json():
    assert judged("json", '{"a": ' + "9" * 5_000 + "}", '{"a": 1}').reason.startswith("a is ")
