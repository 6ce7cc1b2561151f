"""Texts that are equal, contained, or match a pattern."""

from __future__ import annotations

import pytest

from playground.experiments.rules.parse import parse_rule
from playground.experiments.rules.reading import RuleError
from tests.effort import bounded_effort
from tests.experiments.rules.judged import judged


@pytest.mark.parametrize(
    "answer",
    [
        "Uppsala",
        "uppsala",
        "**Uppsala**",
        "Uppsala.",
        "“Uppsala”",
        " Uppsala\n",
        r"\boxed{Uppsala}",
        "<think>Stockholm?</think>\nUppsala",
        "`Uppsala`.",
        "Ｕｐｐｓａｌａ",
        "```\nUppsala\n```",
        "```text\nUppsala\n```",
        "\ufeffUppsala",
        "\u200fUpp\u00adsala\u200b",
        "Uppsala。",
    ],
)
def test_marks_around_an_answer_do_not_count(answer):
    assert judged("equals", answer, "Uppsala").right


@pytest.mark.parametrize("kind", ["equals", "contains"])
@pytest.mark.parametrize(
    ("answer", "expected", "right"),
    [
        ("**Paris**, France", "Paris, France", True),
        ("Paris, *France*", "Paris, France", True),
        ("`Paris`, France", "Paris, France", True),
        ("3*4*5", "345", False),
        ("3*4*5", "3*4*5", True),
    ],
)
def test_emphasis_inside_of_an_answer_does_not_count(kind, answer, expected, right):
    assert judged(kind, answer, expected).right is right


def test_an_expected_value_of_which_nothing_counts_decides_nothing():
    assert judged("equals", "!", "?", ignore_punctuation=True).right is None


@pytest.mark.parametrize(
    ("answer", "expected", "options", "right"),
    [
        ("uppsala", "Uppsala", {"ignore_case": False}, False),
        ("STRASSE", "straße", {}, True),
        ("oat  milk", "oat milk", {}, True),
        ("oat  milk", "oat milk", {"ignore_space": False}, False),
        ("well-known, yes!", "Well known yes", {"ignore_punctuation": True}, True),
        ("well-known", "well known", {}, False),
        ("C++", "C", {"ignore_punctuation": True}, False),
        ("ﬁne", "fine", {}, True),
        ("It is Uppsala", "Uppsala", {}, False),
    ],
)
def test_what_is_folded_can_be_chosen(answer, expected, options, right):
    assert judged("equals", answer, expected, **options).right is right


@pytest.mark.parametrize(
    ("answer", "expected", "options", "right"),
    [
        ("The sign says UPPSALA 70.", "Uppsala", {}, True),
        ("17 boxes", "7", {}, True),
        ("17 boxes", "7", {"whole_words": True}, False),
        ("there are 7, I think", "7", {"whole_words": True}, True),
        ("in C++ and Go", "C++", {"whole_words": True}, True),
        ("Stockholm", "Uppsala", {}, False),
        ("a. b", "...", {"ignore_punctuation": True}, None),
    ],
)
def test_a_value_is_contained_as_it_stands_or_as_a_word(answer, expected, options, right):
    assert judged("contains", answer, expected, **options).right is right


def test_a_pattern_is_found_and_shown():
    reading = judged("matches", "Total: 429.57 SEK", "", pattern=r"\d+\.\d\d")
    assert (reading.read, reading.right) == ("429.57", True)
    assert judged("matches", "none", "", pattern=r"\d").right is False


def test_without_a_pattern_the_expected_value_is_one():
    assert judged("matches", "receipt-05", r"^receipt-\d+$").right
    assert judged("matches", "receipt-05", "").right is None
    assert judged("matches", "receipt-05", "(").reason.startswith("The pattern cannot be read")


@pytest.mark.parametrize(
    ("pattern", "place"),
    [
        ("a**", "at character 2: “**”"),
        ("x(?=y)", "at character 2: “(?=”"),
        (r"(a)\1", "at character 4"),
        ("[z-a]", "at character 2: “z-a”"),
        ("a" * 501, "longer than 500"),
    ],
)
def test_a_bad_pattern_is_refused_with_its_place(pattern, place):
    with pytest.raises(RuleError, match="pattern") as refused:
        parse_rule({"rule": "matches", "pattern": pattern})
    assert place in str(refused.value)


@pytest.mark.parametrize(
    "pattern",
    [r"(a+)+$", r"(a|aa)*b", r"(?:a?){100}a{100}b", "(a|b|c|d|e|f)*" * 35, r"(\p{L}+\s?)+\d"],
)
def test_no_pattern_takes_long(pattern):
    with bounded_effort():
        judged("matches", "a" * 1_000_000, "", pattern=pattern)


def test_halves_of_characters_are_no_reason_to_fail():
    assert judged("matches", "total \ud800 5", "", pattern=r"\d").right
    assert judged("equals", "\ud800", "\ud800").right


@pytest.mark.parametrize("part", ["*", "“", "\\text{", "a ", ". ", "```"])
@pytest.mark.parametrize("kind", ["equals", "contains"])
def test_no_answer_takes_long(kind, part):
    with bounded_effort():
        answer, expected = part * (1_000_000 // len(part)), part * (90_000 // len(part)) + "x"
        judged(kind, answer, expected)


@pytest.mark.parametrize("sign", [" ", "\n", "`"])
def test_a_fence_without_an_end_does_not_take_long(sign):
    with bounded_effort():
        judged("equals", "```\n" + sign * 500_000, "Paris")
