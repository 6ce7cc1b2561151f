"""Lines become rows, cells and columns by where they stand, and a table of Markdown."""

from __future__ import annotations

from math import cos, radians, sin

from playground.reading.as_markdown import as_markdown
from playground.reading.lines import Reading, ReadLine
from playground.rendering import render

WIDTH, HEIGHT = 800, 600


def line(text: str, left: float, top: float, width: float, askew: float = 0.0) -> ReadLine:
    """A line of 20 pixels' height; askew: degrees that the picture is turned by."""
    right, bottom, turn = left + width, top + 20, radians(askew)
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    turned = [(x * cos(turn) - y * sin(turn), x * sin(turn) + y * cos(turn)) for x, y in corners]
    one, two, three, four = ((x / WIDTH, y / HEIGHT) for x, y in turned)
    return ReadLine(text, 0.99, (one, two, three, four))


def table(*lines: ReadLine) -> list[str]:
    return as_markdown(Reading(lines, WIDTH, HEIGHT, 1.0)).splitlines()


def test_what_stands_beside_a_line_is_a_cell_of_its_row() -> None:
    lines = [line("Bread", 100, 100, 80), line("96.00", 400, 104, 60), line("Milk", 100, 140, 60)]
    assert table(*lines) == [
        "| Line | Left | Right |",
        "| ---: | --- | ---: |",
        "| 1 | Bread | 96.00 |",
        "| 2 | Milk |  |",
    ]


def test_rows_of_a_picture_that_was_taken_askew_are_rows() -> None:
    lines = [line("Bread", 100, 100, 80, askew=-5), line("96.00", 400, 100, 60, askew=-5)]
    lines += [line("Milk", 100, 130, 60, askew=-5), line("67.50", 400, 130, 60, askew=-5)]
    assert table(*lines)[2:] == ["| 1 | Bread | 96.00 |", "| 2 | Milk | 67.50 |"]


def test_words_with_a_small_gap_are_of_one_cell() -> None:
    rows = table(line("2026-11-14", 100, 100, 110), line("09:42", 220, 100, 50))
    assert rows[2:] == ["| 1 | 2026-11-14 09:42 |"]


def test_columns_of_running_text_are_read_one_after_the_other() -> None:
    left = [line(f"left words {row}", 100, 100 + 30 * row, 250) for row in range(5)]
    right = [line(f"right words {row}", 450, 100 + 30 * row, 250) for row in range(5)]
    rows = [row for row in table(*left, *right) if "words" in row]
    assert rows[4:6] == ["| 5 | left words 4 |", "| 6 | right words 0 |"]


def test_a_cell_stands_below_those_that_it_is_below_of() -> None:
    lines = [line("Item", 100, 100, 60), line("Price", 300, 100, 60), line("Sum", 500, 100, 60)]
    assert table(*lines, line("5.00", 510, 140, 40))[3] == "| 2 |  |  | 5.00 |"


def test_what_was_read_is_shown_as_it_stands_and_means_nothing() -> None:
    text = r"**CARD** <b> [a](b) $x$ |y| ~~z~~ \[1\] &amp; `c`"
    html = render(as_markdown(Reading((line(text, 10, 10, 500),), WIDTH, HEIGHT, 1.0))).html
    shown = r"**CARD** &lt;b&gt; [a](b) $x$ |y| ~~z~~ \[1\] &amp;amp; `c`"
    assert f"<td>{shown}</td>" in html
