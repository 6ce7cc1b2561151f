"""Rules out of plain JSON."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.experiments.rules.parse import KINDS, parse_rule
from playground.experiments.rules.reading import MAX_ANSWER, MAX_EXPECTED, RuleError
from playground.rendering.answer_reasoning import part


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_needs_no_option_and_survives_empty_texts(kind):
    rule = parse_rule({"rule": kind})
    assert rule.judge("", "").right is None
    assert rule.judge("", "B").score in (0, None)


@pytest.mark.parametrize(
    ("plain", "reason"),
    [
        ({"rule": "number", "withn": 1}, "has no “withn”; it has within, percent"),
        ({"rule": "numbr"}, "no rule “numbr”; there are equals, contains"),
        ({}, "its name under “rule”"),
        (None, "its name under “rule”"),
        ("number", "its name under “rule”"),
        ({"rule": ["number"]}, "its name under “rule”"),
        ({"rule": "number", "within": "0.1"}, "within is a number from 0 up, not '0.1'"),
        ({"rule": "number", "within": True}, "within is a number"),
        ({"rule": "number", "within": -1}, "within is a number"),
        ({"rule": "number", "within": float("nan")}, "within is a number"),
        ({"rule": "number", "take": "middle"}, "take is one of last, first, only"),
        ({"rule": "number", "take": []}, "take is one of"),
        ({"rule": "equals", "ignore_case": 1}, "ignore_case is true or false"),
        ({"rule": "matches", "pattern": 5}, "pattern is text"),
        ({"rule": "json", "fields": "total"}, "fields is a list of names"),
        ({"rule": "json", "schema": []}, "schema is an object"),
        ({"rule": "choice", "letters": "A1"}, "some of A to Z"),
        ({"rule": "boxes", "iou": 50}, "iou is a share"),
    ],
)
def test_what_is_wrong_about_a_rule_is_said(plain, reason):
    with pytest.raises(RuleError) as refused:
        parse_rule(plain)
    assert reason in str(refused.value)


def test_whole_numbers_are_amounts_too():
    assert parse_rule({"rule": "number", "within": 1}).judge("4", "5").right


@pytest.mark.parametrize(("answer", "expected"), [(MAX_ANSWER + 1, 1), (1, MAX_EXPECTED + 1)])
def test_texts_that_are_too_long_are_not_marked(answer, expected):
    assert parse_rule({"rule": "contains"}).judge("x" * answer, "x" * expected).right is None


PIECES = st.sampled_from(
    [
        "1",
        "249",
        ",",
        ".",
        " ",
        "-",
        "e",
        "%",
        "×10^",
        "⁻⁴",
        "{",
        "}",
        "[",
        "]",
        '"a":',
        "null",
        "NaN",
        "1e999",
        "B",
        "(B)",
        "**",
        "```",
        "\\boxed{",
        "<think>",
        "</think>",
        "bbox",
        "�",
        "٣",
        "½",
    ]
)
TEXTS = st.text(max_size=30) | st.lists(PIECES, max_size=12).map("".join)


@given(answer=TEXTS, expected=TEXTS)
def test_no_text_makes_a_rule_fail(answer, expected):
    for kind in KINDS:
        reading = parse_rule({"rule": kind}).judge(answer, expected)
        assert reading.right in (True, False, None), kind
        assert reading.score is None or 0 <= reading.score <= 1, kind


@given(text=TEXTS.filter(lambda text: text.strip()))
def test_an_answer_that_is_the_expected_value_is_never_wrong(text):
    for kind in KINDS.keys() - {"matches", "choice"}:
        rule = parse_rule({"rule": kind})
        assert rule.judge(text, part(text).answer).right is not False, kind
