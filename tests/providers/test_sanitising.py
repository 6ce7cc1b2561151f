"""What is kept of an answer can be stored in every database."""

from __future__ import annotations

import json
from typing import Any

import pytest

from playground.providers.sanitising import (
    MAX_DEPTH,
    TOO_DEEP,
    clean_json,
    clean_text,
    whole_number,
    without_secrets,
)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("", ""),
        ("plain\n\ttext", "plain\n\ttext"),
        ("a\x00b", "a\ufffdb"),
        ("\ud83d", "\ufffd"),
        ("\udc00\ud800", "\ufffd\ufffd"),
        ("😀\u0001\uffff", "😀\u0001\uffff"),
    ],
)
def test_text_loses_what_no_database_takes(given: str, kept: str) -> None:
    assert clean_text(given) == kept


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (None, None),
        (True, True),
        (1, 1),
        (1.5, 1.5),
        (float("nan"), None),
        (float("-inf"), None),
        (2**63 - 1, 2**63 - 1),
        (-(2**63), -(2**63)),
        (-(2**200), -(2**200)),
        (10**4000 - 1, 10**4000 - 1),
        (["\x00"], ["\ufffd"]),
        ((1, 2), [1, 2]),
        ({"a\x00": {"b": "\ud800"}}, {"a\ufffd": {"b": "\ufffd"}}),
        ({1: 2}, {"1": 2}),
    ],
)
def test_json_loses_what_no_database_takes(given: Any, kept: Any) -> None:
    assert clean_json(given) == kept


def test_an_integer_too_long_for_decimal_digits_is_kept() -> None:
    assert clean_json(1 << 20_000).startswith("0x1")


@pytest.mark.parametrize("digits", ["0", "-7", "9" * 4000])
def test_an_integer_is_read_as_one(digits: str) -> None:
    assert str(whole_number(digits)) == digits
    assert isinstance(whole_number(digits), int)


def test_an_integer_that_python_would_refuse_is_its_digits() -> None:
    assert whole_number("9" * 5000) == "9" * 5000


def test_what_is_nested_too_deeply_is_replaced() -> None:
    nested: Any = []
    for _ in range(10_000):
        nested = [nested]
    assert TOO_DEEP in json.dumps(clean_json(nested))


def test_what_is_nested_just_deeply_enough_is_kept() -> None:
    nested: Any = "core"
    for _ in range(MAX_DEPTH):
        nested = {"in": nested}
    assert clean_json(nested) == nested


def test_another_cleaning_may_be_asked_for() -> None:
    assert clean_json({"a": ["b"]}, str.upper) == {"A": ["B"]}


def test_what_was_given_is_left_alone() -> None:
    given = {"a": ["\x00"]}
    clean_json(given)
    assert given == {"a": ["\x00"]}


@pytest.mark.parametrize(
    "written", [b"k/y-1", rb"k\/y-1", rb"\u006b/y-1", rb"k\u002Fy-1", rb"\u006B\u002fy-1"]
)
def test_a_key_is_taken_out_of_bytes_however_json_writes_it(written: bytes) -> None:
    assert without_secrets(b"\xff a " + written + b"\r\n", ["k/y-1"]) == b"\xff a [key]\r\n"
