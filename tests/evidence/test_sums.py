"""Arithmetic of answers."""

from __future__ import annotations

import pytest

from playground.evidence.matching.trace import COMPUTED
from tests.evidence.readings import traced

RIGHT = [
    "96.00 + 144.00 = 240.00",
    "96.00 + 144.00 + 119.07 + 67.50 + 3.00 = 429.57",
    "429.57 − 46.03 = 383.54",
    "429.57 - 46.03 = **383.54**",
    "429.57-46.03=383.54",
    "2 × 48.00 + 3 = 99",
    "870 ÷ 120 = 7.25",
    "10 / 3 ≈ 3.33",
    "$96.00 + $144.00 = $240.00",
    "96 kr + 144 kr = 240 kr",
    "1 249,00 + 1,00 = 1 250,00",
    "46.03 / 383.54 = 12 %",
    "50 × 12% = 6",
    "5 - 8 = -3",
    "2 / 3 = 0.66",
    "30 min + 30 min = 60 min",
]
# Each comes out in a way that is not computed here, or says no equation.
UNSURE = [
    "80 + 25 % = 100",
    "100 - 20% = 80",
    "5 kg + 300 g = 5.3 kg",
    "30 min + 30 min = 1 h",
    "1 h 30 min + 1 h = 2 h 30 min",
    "1.2k + 800 = 2k",
    "1.249 + 1 = 1,250",
    "1 1/2 + 1/2 = 2",
    "x + 3 + 4 = 10",
    "2^3 + 1 = 9",
    "5 + 3 = 2 × 4",
    "19 / 5 = 3 R 4",
    "429.57 × 0.12 ≈ 50",
    "pages 3-5 = 3",
    "9 – 17 = 8 hours",
    "12 - 14 = 3 days",
    "16x9 = 1.78",
]


@pytest.mark.parametrize("written", RIGHT)
def test_a_sum_that_comes_out_is_computed_and_right(written):
    (item,) = traced(f"So {written}.").of_kind(COMPUTED)
    assert not item.is_wrong


@pytest.mark.parametrize(
    ("written", "computed"),
    [("96.00 + 144.00 = 241.00", "240.00"), ("2 × 48.00 = 97", "96"), ("10 / 4 = 2.6", "2.5")],
)
def test_a_sum_that_does_not_come_out_is_wrong_and_says_to_what_it_comes(written, computed):
    (item,) = traced(f"So {written}.").of_kind(COMPUTED)
    assert (item.is_wrong, item.sum.computed) == (True, computed)


@pytest.mark.parametrize("written", UNSURE)
def test_what_may_mean_something_else_is_not_called_wrong(written):
    assert not any(item.is_wrong for item in traced(f"So {written}.").items)


def test_the_numbers_of_a_sum_are_sought_in_the_image_and_its_result_is_not():
    trace = traced("So 96.00 + 150.00 = 246.00.")
    assert [(item.text, item.kind) for item in trace.items] == [
        ("96.00", "found"),
        ("150.00", "absent"),
        ("246.00", "computed"),
    ]


@pytest.mark.parametrize(
    "text", ["96.00, 144.00 = 240", "a = 5", "1 / 0 = 7", "14-11-2026", "96.00 and 4 = 100"]
)
def test_what_is_no_sum_is_not_computed(text):
    assert traced(text).of_kind(COMPUTED) == []
