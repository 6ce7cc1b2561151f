"""What is over a bound is shown as text: nothing of an answer is lost, and none takes for ever."""

from __future__ import annotations

import pytest

from playground import rendering
from playground.rendering import render
from playground.rendering.bounds import MAX_CELLS, MAX_CHARACTERS, MAX_COLUMNS
from tests.rendering.audit import Audit


def test_an_answer_of_the_full_length_is_not_cut():
    assert not render("a" * MAX_CHARACTERS).cut


def test_a_longer_answer_is_cut():
    assert len(Audit(render("a" * (MAX_CHARACTERS + 1)).html).text.strip()) == MAX_CHARACTERS


def test_a_cut_is_made_between_lines_where_there_is_one_near():
    rendered = render("word " * 19_000 + "\nend " + "x" * 10_000)
    assert (rendered.cut, "end" in rendered.html) == (True, False)


def test_a_cut_that_would_lose_much_is_made_within_a_line():
    assert "x" * 90_000 in render("short\n" + "x" * 200_000).html


def test_code_that_is_cut_off_is_still_code():
    assert render("```\n" + "a\n" * MAX_CHARACTERS).html.endswith("a</code></pre></div>\n")


@pytest.mark.parametrize("mark", ["> ", "- ", "1. "])
def test_what_is_nested_too_deeply_is_shown_raw(mark):
    text = mark * 50 + "deep"
    rendered = render(text)
    assert (rendered.failed, Audit(rendered.html).text.strip()) == (True, text)


@pytest.mark.parametrize(("mark", "levels"), [("> ", 16), ("- ", 8)])
def test_reasonable_nesting_is_rendered(mark, levels):
    assert not render(mark * levels + "deep").failed


def table(columns: int, rows: int, row: str = "") -> str:
    line = row or "|a" * columns + "|"
    head = "|a" * columns + "|\n" + "|-" * columns + "|\n"
    return head + f"{line}\n" * rows


def test_a_table_of_absurd_width_is_text():
    assert Audit(render(table(5_000, 2)).html).elements == ["p"]


def test_a_wide_table_is_a_table():
    assert "table" in Audit(render(table(MAX_COLUMNS - 2, 2)).html).elements


def test_the_rows_of_a_table_end_at_a_bound_and_go_on_as_text():
    audit = Audit(render(table(9, 3_000)).html)
    assert audit.elements.count("td") < MAX_CELLS
    assert audit.text.count("a") == 9 * 3_001


def test_short_rows_are_not_filled_up_without_end():
    audit = Audit(render(table(90, 1_000, row="|") * 3).html)
    assert audit.elements.count("td") < MAX_CELLS


def test_the_marks_of_an_answer_are_bounded():
    rendered = render("![" * 50_000)
    assert rendered.html == f"<p>{'![' * 50_000}</p>\n"


def test_paragraphs_before_the_bound_keep_their_marks():
    assert render("**a**\n\n" + "![" * 50_000).html.startswith("<p><strong>a</strong></p>")


def test_a_long_address_cannot_be_multiplied():
    text = f"[a]: https://a.example/{'x' * 40_000}\n\n" + "[a]\n" * 3_000
    rendered = render(text)
    assert (rendered.failed, len(rendered.html) < 500_000) == (False, True)


def test_a_long_title_cannot_be_multiplied():
    assert len(render(f'[a]: http://b.c "{"t" * 40_000}"\n\n' + "[a]\n" * 3_000).html) < 500_000


@pytest.mark.parametrize(
    "text",
    [
        *("[", "![", "[x](a:b)", '[a](b "', "[a](<b", "*a **a ", "_*", "~~a~", "` `` ", "&#x"),
        *("<http:", "<!--", "- a\n", "> a\n", "$a$ ", "$$ a\n", "\\[\n", "\\(", "|a|\n|-|\n"),
        *("a|b\n", "```\n", "    a\n\n", "[a]: b\n", "\\", "a\r", "\t"),
    ],
)
def test_repetition_of_anything_is_rendered(text):
    assert not render(text * (MAX_CHARACTERS // len(text))).failed


def test_a_fault_while_rendering_shows_the_text_raw(monkeypatch):
    def broken(text: str) -> str:
        raise RecursionError(text)

    monkeypatch.setattr(rendering, "to_html", broken)
    rendered = render("\n<b> & more")
    assert rendered.failed
    assert rendered.html == '<pre class="raw-text">\n\n&lt;b&gt; &amp; more</pre>'
