"""Bounding boxes are read in the forms that models use; nonsense makes none."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.boxes import Box, find_boxes

SIZES = [(200, 100), (400, 400)]


@pytest.mark.parametrize(
    "entry",
    [
        {"box_2d": [100, 250, 500, 750], "label": "cat"},
        {"bbox": [50, 10, 150, 50], "label": "cat"},
        {"bbox_2d": [0.25, 0.1, 0.75, 0.5], "label": "cat"},
        {"bounding_box": {"x": 50, "y": 10, "width": 100, "height": 40}, "name": "cat"},
        {"bounding_box": {"x_min": 50, "y_min": 10, "x_max": 150, "y_max": 50}, "text": "cat"},
    ],
)
def test_the_common_forms_are_the_same_box(entry: dict[str, object]) -> None:
    assert find_boxes(json.dumps([entry]), SIZES) == [Box(0.25, 0.1, 0.75, 0.5, "cat")]


def test_a_fenced_block_between_words_is_read() -> None:
    answer = 'Here:\n\n```json\n[{"box_2d": [0, 0, 500, 500], "label": "a"}]\n```\nDone.'
    assert [box.label for box in find_boxes(answer, SIZES)] == ["a"]


def test_boxes_inside_other_values_are_found() -> None:
    answer = json.dumps({"objects": {"cats": [{"bbox": [0, 0, 20, 10]}, {"bbox": [1, 1, 9, 9]}]}})
    assert len(find_boxes(answer, SIZES)) == 2


def test_an_answer_may_name_the_image() -> None:
    answer = json.dumps([{"bbox": [0, 0, 200, 200], "image": 2}])
    assert find_boxes(answer, SIZES) == [Box(0, 0, 0.5, 0.5, image=2)]


def test_what_lies_outside_is_cut_at_the_edge() -> None:
    assert find_boxes('[{"bbox": [-10, -5, 9999, 50]}]', SIZES) == [Box(0, 0, 1, 0.5)]


@pytest.mark.parametrize(
    "answer",
    [
        "no json at all",
        "[]",
        '[{"bbox": [1, 2, 3]}]',
        '[{"bbox": ["a", "b", "c", "d"]}]',
        '[{"bbox": [5, 5, 5, 5]}]',
        '[{"bbox": [9, 9, 2, 2]}]',
        '[{"box_2d": [0, 0, 2000, 2000]}]',
        '[{"bbox": [true, false, true, true]}]',
        '[{"bbox": [1e400, 0, 1, 1]}]',
        "[" * 5000,
    ],
)
def test_nonsense_makes_no_box(answer: str) -> None:
    assert find_boxes(answer, SIZES) == []


def test_without_an_image_there_is_nothing_to_draw_on() -> None:
    assert find_boxes('[{"bbox": [0, 0, 1, 1]}]', []) == []


numbers = st.integers() | st.floats() | st.text(max_size=3) | st.none()
values = st.lists(numbers, max_size=5) | st.dictionaries(st.text(max_size=6), numbers, max_size=5)


@given(st.dictionaries(st.sampled_from(["bbox", "box_2d", "label", "image", "a"]), values))
def test_every_box_lies_inside_its_image(entry: dict[str, object]) -> None:
    for box in find_boxes(json.dumps([entry]), SIZES):
        assert 0 <= box.left < box.right <= 1
        assert 0 <= box.top < box.bottom <= 1
