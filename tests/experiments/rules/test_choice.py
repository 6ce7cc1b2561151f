"""The letter that an answer settles on."""

from __future__ import annotations

import pytest

from tests.effort import bounded_effort
from tests.experiments.rules.judged import judged

ANSWERS = [
    *["B", "b", "(B)", "B.", "B)", "[B]", "**B**", "**(B)**", "`B`", '"B"', r"\boxed{B}", "Ｂ"],
    *[
        "Answer: **B**",
        "The answer is B.",
        "The correct option is (B).",
        "answer: b",
        "**Answer:** B",
    ],
    *[
        "B) Paris",
        "B. Paris",
        "(B) Paris",
        "Option B",
        "I choose B",
        "The best choice is B, because A is red.",
    ],
    *[
        "The answer is B: it is in the image.",
        "Final answer:\nB",
        "Antwort: B",
        "答案：B",
        "La réponse est B.",
    ],
    *[r"The answer is $\boxed{\text{B}}$.", "<think>Maybe A. Or C.</think>B", "It is B, I think."],
    *[
        "A is wrong, C is wrong. The answer is B.",
        "Answer: A? No. Answer: B",
        "A person stands there: B",
        "A is wrong. The answer is B because of the sign.",
        "The correct answer is b",
        "b) Paris",
        "The answer is (b) Paris.",
        "The answer is 'B'.",
        "C is incorrect. The answer is therefore B.",
        "Not A, but B",
        "The answer isn't A. It is B.",
    ],
    *["应选B，因为它是红色的。", "选择B。", "정답은 B입니다.", "選択肢Bです。"],
]


@pytest.mark.parametrize("answer", ANSWERS)
def test_the_letter_is_found_however_it_is_said(answer):
    reading = judged("choice", answer, "B")
    assert (reading.read, reading.right) == ("B", True)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "Paris",
        "A, B or C",
        "A) Rome\nB) Paris\nC) Oslo",
        "I do not know.",
        "The answer is a cat.",
        "Answer: A or B",
        "It is A or B.",
        "Answer: A dog.",
        "I think so.",
        "The answer is not B.",
        "It isn't B.",
        "(B) is wrong, (A) is right.",
        "选A或B",
    ],
)
def test_an_answer_that_settles_on_nothing_is_wrong(answer):
    reading = judged("choice", answer, "B")
    assert (reading.read, reading.right) == ("", False)
    assert reading.reason == "No choice in the answer."


@pytest.mark.parametrize("expected", ["B", "b", "(B)", "B.", " B "])
def test_the_expected_letter_may_be_written_in_several_ways(expected):
    assert judged("choice", "B", expected).right


def test_an_expected_value_that_is_no_letter_decides_nothing():
    assert judged("choice", "B", "Paris").right is None


def test_letters_that_cannot_be_chosen_are_passed_over():
    assert judged("choice", "Vitamin D, so B", "B", letters="ABC").read == "B"


@pytest.mark.parametrize(
    "part", ["answer ", "answer is the ", "A) ", "A\n", "(", "答案", "**", "\\boxed{"]
)
def test_no_answer_takes_long(part):
    with bounded_effort():
        judged("choice", part * (250_000 // len(part)), "B")
