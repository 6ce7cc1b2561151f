"""Boxes by their overlap."""

from __future__ import annotations

import json

import pytest

from playground.experiments.rules.parse import parse_rule
from tests.effort import bounded_effort
from tests.experiments.rules.judged import judged

EXPECTED = """[{"bbox": [100, 100, 300, 200], "label": "door"},
              {"bbox": [400, 100, 500, 200], "label": "bed"}]"""
SIZES = ((800, 600),)


def boxes(*places, label="door"):
    return json.dumps([{"bbox": place, "label": label} for place in places])


def test_each_box_has_to_be_found_and_no_other():
    both = boxes([100, 100, 300, 200], [400, 100, 500, 200])
    assert judged("boxes", both, EXPECTED)[1:3] == (True, 1)
    one = judged("boxes", boxes([100, 100, 300, 200]), EXPECTED)
    assert one[:3] == ("1 box", False, 0.5)
    assert one.reason == "1 of 2 found at an overlap of 0.5 or more."
    assert judged("boxes", both, boxes([100, 100, 300, 200])).reason.endswith(", 1 besides.")


@pytest.mark.parametrize(("iou", "right"), [(0.5, True), (0.6, True), (0.7, False)])
def test_the_overlap_that_is_enough_can_be_chosen(iou, right):
    shifted = boxes([120, 100, 320, 200], [400, 100, 500, 200])  # the first by 180 of 220
    reading = judged("boxes", shifted, EXPECTED, iou=iou + 0.2)
    assert reading.right is right


@pytest.mark.parametrize(
    "written",
    [
        "100, 100, 300, 200",
        "[100, 100, 300, 200]",
        "[[100, 100, 300, 200]]",
        "The door is at [100, 100, 300, 200].",
        "```json\n[100, 100, 300, 200]\n```",
    ],
)
def test_four_numbers_are_a_box_without_a_word_of_it(written):
    whole = boxes([100, 100, 300, 200])
    assert judged("boxes", written, whole)[:3] == ("1 box", True, 1)
    assert judged("boxes", whole, written).right


def test_a_box_is_matched_once_alone():
    twice = boxes([100, 100, 300, 200], [101, 100, 300, 200])
    assert judged("boxes", twice, EXPECTED).right is False


def test_labels_count_where_they_are_asked_for():
    found = boxes([100, 100, 300, 200], [400, 100, 500, 200], label="Door")
    assert judged("boxes", found, EXPECTED).right
    assert not judged("boxes", found, EXPECTED, labels=True).right


def test_a_models_way_of_writing_is_read_by_the_size_of_the_image():
    rule = parse_rule({"rule": "boxes"})
    written = '[{"box_2d": [167, 125, 333, 375], "label": "door"}]'  # thousandths, top first
    expected = boxes([100, 100, 300, 200])
    reading = rule.judge(written, expected, sizes=SIZES, model="google/gemini-2.5-pro")
    assert reading.right
    assert reading.score > 0.98


def test_numbers_that_could_be_both_decide_nothing_unless_it_is_said_what_they_are():
    expected, answer = boxes([100, 100, 300, 200]), boxes([125, 167, 375, 333])
    unknown = parse_rule({"rule": "boxes"}).judge(answer, expected, sizes=SIZES, model="x/y")
    assert unknown.right is None
    said = parse_rule({"rule": "boxes", "answer_as": "thousandths"})
    assert said.judge(answer, expected, sizes=SIZES, model="x/y").right


def test_no_box_may_be_what_is_expected():
    assert judged("boxes", "There is no door.", "[]").right
    assert judged("boxes", boxes([1, 1, 5, 5]), "[]").right is False
    assert judged("boxes", boxes([1, 1, 5, 5]), "a door").right is None


def test_many_boxes_do_not_take_long():
    many = boxes(*([at, at, at + 300, at + 300] for at in range(1_000)))
    with bounded_effort():
        judged("boxes", many, many)
