"""How many characters or words differ."""

from __future__ import annotations

import pytest

from tests.effort import bounded_effort
from tests.experiments.rules.judged import judged


@pytest.mark.parametrize(
    ("kind", "answer", "expected", "score"),
    [
        ("cer", "kitten", "sitting", 1 - 3 / 7),
        ("cer", "Uppsala", "Uppsala", 1),
        ("cer", "a  b\n", "a b", 1),
        ("cer", "", "abc", 0),
        ("cer", "far too long an answer", "abc", 0),
        ("wer", "the cat sat on mat", "the cat sat on the mat", 1 - 1 / 6),
        ("wer", "den röda bilen", "den röda bilen", 1),
    ],
)
def test_the_score_is_what_is_left_of_one(kind, answer, expected, score):
    assert judged(kind, answer, expected).score == pytest.approx(score)


def test_an_answer_is_right_up_to_the_limit():
    assert judged("cer", "Uppsalo", "Uppsala", limit=0.15).right
    assert not judged("cer", "Uppsalo", "Uppsala").right


def test_case_and_punctuation_count_unless_they_are_left_out():
    assert judged("wer", "Hello, World", "hello world").score == 0
    assert judged(
        "wer", "Hello, World", "hello world", ignore_case=True, ignore_punctuation=True
    ).right


def test_the_number_that_was_read_can_be_compared_instead_of_the_answer():
    reading = judged("cer", "The total is **429.51** SEK.", "429.57", of="number")
    assert (reading.read, reading.score) == ("429.51", pytest.approx(5 / 6))
    assert judged("cer", "9.6 m", "9.60", of="number").right
    assert judged("cer", "none", "9.60", of="number").score == 0
    assert judged("cer", "9.60", "none", of="number").right is None


@pytest.mark.parametrize("kind", ["cer", "wer"])
def test_long_texts_do_not_take_long(kind):
    with bounded_effort():
        judged(kind, "a b" * 60_000, "b a" * 33_000)
        judged(kind, "a b" * 330_000, "b a" * 33_000)
