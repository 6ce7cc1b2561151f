"""Values of answers and where an image says them."""

from __future__ import annotations

import pytest

from playground.evidence.matching.trace import ABSENT, FOUND, trace
from playground.rendering import render
from tests.evidence.readings import RECEIPT, kinds, only, reading_of, traced


@pytest.mark.parametrize(
    "written",
    ["1 249,00", "1,249.00", "1.249,00", "1249", "1’249.00", "$1,249.00", "1 249 kr", "**1249**"],
)
@pytest.mark.parametrize("read", ["1,249.00", "1 249,00", "SEK1249.00", "1249,00kr", "1, 249.00"])
def test_a_number_is_found_however_it_is_written(written, read):
    assert traced(f"It comes to {written} then.", read).of_kind(FOUND)


@pytest.mark.parametrize("written", ["1,248.00", "12.49", "124.90", "12490", "1249.01"])
def test_another_number_is_not_found(written):
    assert traced(f"It comes to {written}.", "1,249.00", "17:45").of_kind(ABSENT)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        *[("14 November 2026", read) for read in ("2026-11-14", "14.11.2026", "11/14/26")],
        *[("2026-11-14", read) for read in ("14 nov 2026", "Nov. 14th, 2026", "2026年11月14日")],
        *[("14 November", "2026-11-14 09:42"), ("14/11/2026", "2026-11-1409:42")],
        *[("at 09:42", "09:42"), ("9:42", "2026-11-14 09:42"), ("at 5:05 pm", "17:05")],
        *[("#00318", "No.00318"), ("A-4417", "ref A4417"), ("card 4417", "****4417")],
        *[("“Oat milk”", "OAT MILK 1L"), ("`välkommen`", "valkommen ater")],
        *[("“Sourdough loaf”", "Sourdoughloaf"), ("“Cardamom bun”", "Cardanom bun")],
        *[("45 %", "45%"), ("96,-", "96.00"), ("2x 48.00", "2x48.00")],
    ],
)
def test_values_are_found_in_other_words_of_the_same(written, read):
    assert not traced(f"It says {written}, it seems.", read).of_kind(ABSENT)
    assert traced(f"It says {written}, it seems.", read).of_kind(FOUND)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        *[("14 November 2026", "2025-11-14"), ("09:42", "09:24"), ("00318", "00381")],
        *[("“Oat milk”", "Goat cheese"), ("“VISA”", "advisable"), ("A-4417", "A-4471")],
        *[("“Room 12 b”", "Room 13 b"), ("4417", "144170")],
    ],
)
def test_values_that_differ_are_not_found(written, read):
    assert not traced(f"It says {written}, it seems.", read).of_kind(FOUND)


def test_a_value_that_stands_in_several_places_has_them_all():
    item = only("The tail: “p95”.", "p50 and p95", "p50 | p95")
    assert [place.line for place in item.places] == [1, 2]


def test_a_value_is_one_item_however_often_an_answer_says_it():
    item = only("It is 429.57, so **429.57** and 429,57.")
    assert [(one.answer, one.count) for one in item.spoken] == [("v", 1), ("v", 2), ("v", 3)]


def test_each_place_says_how_surely_it_was_read():
    assert only("It is 429.57.").places[0].confidence == 0.98


def test_a_place_is_the_part_of_its_line_that_says_the_value():
    (left, _), (right, _), *_ = only("By 4417.").places[0].polygons[0]
    line = next(one for one in reading_of(RECEIPT).lines if "4417" in one.text).polygon
    assert line[0][0] + 0.1 < left < right < line[1][0] - 0.1


def test_lines_of_a_tilted_image_are_counted_by_their_rows():
    image = reading_of(RECEIPT, tilt=0.08)
    (item,) = trace({"v": render("In all 429.57.").html}, [image]).items
    assert item.places[0].line == 13


def test_values_are_found_in_the_image_that_says_them():
    images = [reading_of([["17.00"]]), None, reading_of([["429.57"]])]
    (item,) = trace({"v": render("In all 429.57.").html}, images).items
    assert [(place.image, place.line) for place in item.places] == [(3, 1)]


def test_words_that_go_on_in_the_next_line_are_found_in_both():
    item = only("It says “no refunds without this receipt”.", "No refunds without", "this receipt")
    assert len(item.places[0].polygons) == 2


def test_small_numbers_of_a_table_count_in_their_own_row_alone():
    answer = "| Item | Quantity |\n|--|--|\n| Cardamom bun | 6 |\n| Paper bag | 2 |"
    assert kinds(answer) == dict.fromkeys(["Cardamom bun", "6", "Paper bag"], "found") | {
        "2": "absent"
    }


def test_small_numbers_of_a_sentence_are_no_claims():
    assert kinds("The receipt has 5 items on 2 pages.") == {}


def test_a_cell_with_words_falls_apart_where_it_stands_nowhere_as_a_whole():
    assert kinds("| Sum |\n|--|\n| 429.57 crowns in all |") == {"429.57": "found"}


def test_names_and_headings_are_listed_only_where_they_are_found():
    answer = "From Karlssons Bageri by Some Body.\n\n| Total | Colour |\n|--|--|\n| 46.03 | red |"
    assert kinds(answer) == {
        "Karlssons Bageri": "found",
        "Total": "found",
        "46.03": "found",
        "red": "absent",
    }


def test_json_claims_its_values_and_no_boxes():
    answer = '```json\n{"total": 429.57, "by": "Visa", "box_2d": [96, 144, 119, 68]}\n```'
    assert kinds(answer) == {"429.57": "found", "Visa": "absent"}


def test_code_links_and_formulas_claim_nothing():
    answer = "```python\nprint(429.57)\n```\n[429.57](https://example.org) and $429.57$"
    assert kinds(answer) == {}


@pytest.mark.parametrize(
    ("answer", "near"),
    [("Number 00381.", "#00318"), ("In all 429.75.", "429.57"), ("“Paper bags”!", "Paper bag")],
)
def test_what_is_not_found_names_the_nearest(answer, near):
    item = only(answer, "#00318 Paper bug", "Paper bag | 429.57")
    assert (item.nearest or item.places[0]).text == near


def test_what_is_like_nothing_has_no_nearest():
    assert only("It says “VISA”.").nearest is None
