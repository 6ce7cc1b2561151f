"""Schemas of answers: what fits, what does not and where, and what is no schema."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from playground.providers.parameters.listed import PARAMETERS
from playground.rendering.json_schema import errors_in, misfits, schema_of, size_of, value_of

PRICE = {"type": "object", "required": ["price"], "properties": {"price": {"type": "number"}}}
RECEIPT: dict[str, Any] = {
    "type": "object",
    "required": ["vendor", "items"],
    "additionalProperties": False,
    "properties": {
        "vendor": {"type": "string"},
        "items": {"type": "array", "items": {"$ref": "#/$defs/item"}},
    },
    "$defs": {"item": PRICE},
}
GOOD = '{"vendor": "Karlssons", "items": [{"price": 96.00}]}'


@pytest.mark.parametrize("answer", [GOOD, f"```json\n{GOOD}\n```", f"Here it is: {GOOD}"])
def test_an_answer_that_fits_has_no_errors(answer: str) -> None:
    assert errors_in(RECEIPT, answer) == []


@pytest.mark.parametrize(
    ("answer", "errors"),
    [
        (
            '{"vendor": "K", "items": [{"price": 1}, {"price": 2}, {"price": "119,07"}]}',
            [("items.2.price", "expected number, got string")],
        ),
        ('{"items": []}', [("vendor", "missing")]),
        ('{"vendor": "K", "items": [], "q": 1}', [("q", "not in the schema")]),
        ("[1]", [("", "expected object, got array")]),
        ("Sorry.", [("", "the answer is not JSON")]),
    ],
)
def test_what_does_not_fit_is_said_by_its_path(answer: str, errors: list[Any]) -> None:
    assert errors_in(RECEIPT, answer) == errors


def test_no_more_errors_are_kept_than_anybody_reads() -> None:
    answer = f'{{"vendor": "K", "items": [{", ".join(["{}"] * 1_000)}]}}'
    assert len(errors_in(RECEIPT, answer) or []) == 50


def test_an_answer_that_is_too_long_is_not_checked() -> None:
    assert errors_in(RECEIPT, "x" * 1_000_001) is None


def test_a_schema_is_made_of_an_example() -> None:
    made = schema_of({"vendor": "K", "total": 1, "items": [{"ok": True, "note": None}], "tags": []})
    assert errors_in(made, '{"vendor": "B", "total": 2.5, "items": [], "tags": [1]}') == []
    assert errors_in(made, '{"vendor": "B", "total": "2", "items": [], "tags": []}') == [
        ("total", "expected number, got string")
    ]
    assert made["required"] == ["vendor", "total", "items", "tags"]


def test_a_schema_is_measured() -> None:
    assert size_of(RECEIPT) == (3, 2)


TWICE = {f"d{n}": {"anyOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(40)} | {"d40": {}}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (
            '{\n"type": "object"\n"required": []\n}',
            "Line 3: a comma or a closing bracket is missing",
        ),
        ('{\n"properties": {\n"a": {\n"type": 5}}}', "Line 4: The schema cannot be used: 5 is not"),
        ('{"type": "objct"}', 'The schema cannot be used: "objct" is not valid'),
        ("[]", "That is no object."),
        ('{"$ref": "#"}', "The schema refers to itself"),
        ('{"$ref": "https://example.org/a.json"}', "which is not in it"),
        ('{"$ref": "#price", "$defs": {"a": {"$anchor": "price"}}}', "such as #/$defs/item."),
        ('{"$ref": ["#"]}', "A reference names a place"),
        ('{"not": ' * 34 + "{}" + "}" * 34, "It is 35 levels deep. At most 32."),
        (f'{{"title": "{"x" * 20_000}"}}', "At most 20,000."),
    ],
)
def test_what_is_no_schema_gets_a_sentence(typed: str, words: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        PARAMETERS["response_schema"].kind.read(typed)
    assert words in str(refused.value)


def test_a_schema_that_explodes_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="too large once its references are followed"):
        PARAMETERS["response_schema"].kind.check({"$ref": "#/$defs/d0", "$defs": TWICE})


@pytest.mark.parametrize(
    "swollen", [{"enum": list(range(4_000))}, {"const": "x" * 15_000}, {"title": "x" * 15_000}]
)
def test_values_and_texts_of_a_schema_are_not_multiplied(swollen: dict[str, Any]) -> None:
    parts = {"c": swollen, "b": {"allOf": [{"$ref": "#/$defs/c"}] * 20}}
    with pytest.raises(ValueError, match="too large once its references are followed"):
        PARAMETERS["response_schema"].kind.check(
            {"allOf": [{"$ref": "#/$defs/b"}] * 20, "$defs": parts}
        )


def test_a_pattern_that_would_match_slowly_is_refused() -> None:
    schema = PARAMETERS["response_schema"].kind
    with pytest.raises(ValueError, match="cannot be used"):
        schema.check({"pattern": r"\p{L}{100}x"})
    for usual in (r"^\d{4}-\d{2}-\d{2}$", r"^[\w.+-]{1,64}@([\w-]{1,63}\.){1,8}\w+$", r"^\p{L}+$"):
        assert schema.check({"pattern": usual})


@pytest.mark.parametrize("deep", ['{"a":' * 500 + "1" + "}" * 500, "[" * 900 + "]" * 900])
def test_an_answer_that_is_nested_too_deep_is_not_checked(deep: str) -> None:
    assert errors_in(RECEIPT, deep) is None


@pytest.mark.parametrize("written", [r"\ud83d", r"\ude00\ud83d", r"\u0000", r"\\\ud83d"])
def test_an_escape_that_is_no_sign_is_an_unknown_one(written: str) -> None:
    assert errors_in(PRICE, f'{{"price": 1, "{written}": "{written}"}}') == []
    assert "\ufffd" in value_of(f'{{"a": "{written}"}}')["a"]


def test_the_escapes_of_an_emoji_are_one() -> None:
    assert value_of(r'{"a": "\ud83d\uDE00 \\ud83d"}') == {"a": "\U0001f600 \\ud83d"}


@pytest.mark.parametrize("number", ["1e999", "-1e999", "9" * 5_000])
def test_a_number_of_any_size_is_a_number(number: str) -> None:
    assert errors_in(PRICE, f'{{"price": {number}}}') == []


def test_keywords_that_double_the_work_are_few() -> None:
    schema: dict[str, Any] = {}
    for _ in range(12):
        schema = {"anyOf": [schema], "unevaluatedProperties": False}
    with pytest.raises(ValueError, match="unevaluatedProperties or unevaluatedItems more than 2"):
        PARAMETERS["response_schema"].kind.check(schema)


CHOICES = [{"const": number} for number in range(1_500)]
LONG = {f"a{number}": number for number in range(5_000)}
PRODUCTS: dict[str, tuple[dict[str, Any], Any]] = {
    "choices of each": ({"items": {"anyOf": CHOICES}}, ["y"] * 100_000),
    "numbers without rounding": ({"items": {"multipleOf": 1e-300}}, [1e300] * 100_000),
    "fields that lack": ({"items": {"required": list(LONG)}}, [{}] * 100_000),
    "names by a list": ({"propertyNames": {"enum": list(LONG)}}, LONG),
    "patterns": ({"patternProperties": {f"x{n}": {} for n in range(500)}}, LONG),
    "conditions": ({"items": {"allOf": [{"if": {}, "then": {}}] * 900}}, [1] * 100_000),
}


@pytest.mark.parametrize("name", PRODUCTS)
def test_what_is_too_much_to_look_at_is_not_checked(name: str) -> None:
    schema, value = PRODUCTS[name]
    begun = time.process_time()
    assert misfits(schema, value) is None
    assert time.process_time() - begun < 10


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"anyOf": [{"minProperties": 10_000}] * 400}, LONG),
        ({"items": {"anyOf": CHOICES[:50]}}, ["y"] * 2_000),
        ({"propertyNames": {"pattern": "b"}}, LONG),
    ],
)
def test_where_is_not_said_of_what_would_be_copied_too_often(
    schema: dict[str, Any], value: Any
) -> None:
    (error,) = misfits(schema, value) or []
    assert (error.message, list(error.instance_path)) == (
        "it does not fit, and is too large to say where",
        [],
    )


def test_of_a_long_answer_that_fits_nothing_is_left_open() -> None:
    items = [{"price": number} for number in range(10_000)]
    assert errors_in(RECEIPT, json.dumps({"vendor": "K", "items": items})) == []


def test_of_many_lines_that_do_not_fit_the_first_are_named() -> None:
    items = [{"price": str(number)} for number in range(2_000)]
    found = errors_in(RECEIPT, json.dumps({"vendor": "K", "items": items})) or []
    assert found[0] == ("items.0.price", "expected number, got string")
    assert len(found) == 50
