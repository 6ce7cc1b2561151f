"""What is over a bound is shown as text: nothing of an answer is lost, and none takes for ever."""

from __future__ import annotations

import pytest

from playground import rendering
from playground.rendering import CUT, render
from playground.rendering.bounds import MAX_CELLS, MAX_CHARACTERS, MAX_COLUMNS
from tests.effort import bounded_effort
from tests.rendering.audit import Audit

# What grows faster than its input takes minutes of so many.
MANY_CHARACTERS = MAX_CHARACTERS // 4


def test_an_answer_of_the_full_length_is_not_cut():
    assert not render("a" * MAX_CHARACTERS).cut


def rest_of(text: str) -> tuple[str, str]:
    """Return what is drawn and what follows it as plain text."""
    drawn, said, rest = Audit(render(text).html).text.partition(CUT)
    assert said
    return drawn.strip(), rest


@pytest.mark.parametrize("text", ["a" * 100_001, "one two\n" * 60_000, "שלום <b>&amp; " * 90_000])
def test_a_longer_answer_goes_on_as_plain_text(text):
    drawn, rest = rest_of(text)
    assert "".join(text.split()) == "".join((drawn + rest).replace("\n", "").split())
    assert Audit(render(text).html).wrong == []


def test_the_plain_rest_is_as_it_came():
    text = "word\n" * 20_000 + "\n\n  # no heading\r\n<b>&amp;</b>\n" * 5
    assert rest_of(text)[1].endswith("\n\n  # no heading\r\n<b>&amp;</b>\n" * 5)


@pytest.mark.parametrize("end", ["\n", " "])
def test_a_cut_is_made_at_a_line_or_a_word_where_there_is_one_near(end):
    rendered = render("words" * 19_000 + f"{end}end" + "x" * 10_000)
    assert f"{end}end" in rendered.html.partition(CUT)[2]


def test_white_space_behind_the_bound_is_no_rest():
    assert CUT not in render("a" * MAX_CHARACTERS + " " * 50).html


def test_a_cut_that_would_lose_much_is_made_within_a_line():
    assert "x" * 90_000 in render("short\n" + "x" * 200_000).html


def test_code_that_is_cut_off_is_still_code():
    assert "a</code></pre></div>\n<p><em>" in render("```\n" + "a\n" * MAX_CHARACTERS).html


@pytest.mark.parametrize("mark", ["> ", "- ", "1. "])
def test_what_is_nested_too_deeply_is_text_where_it_stands(mark):
    rendered = render(f"**before**\n\n{mark * 50}deep\n\nafter")
    audit = Audit(rendered.html)
    assert not rendered.failed
    assert "<strong>before</strong>" in rendered.html
    assert "deep" in audit.text
    assert audit.text.rstrip().endswith("after")


@pytest.mark.parametrize(("mark", "levels"), [("> ", 40), ("- ", 20)])
def test_reasonable_nesting_is_rendered(mark, levels):
    assert not render(mark * levels + "deep").failed


def table(columns: int, rows: int, row: str = "") -> str:
    line = row or "|a" * columns + "|"
    head = "|a" * columns + "|\n" + "|-" * columns + "|\n"
    return head + f"{line}\n" * rows


def test_a_table_of_absurd_width_is_text():
    assert "table" not in Audit(render(table(5_000, 2)).html).elements


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
    with bounded_effort():
        assert not render(text * (MANY_CHARACTERS // len(text))).failed


def test_a_fault_while_rendering_shows_the_text_raw(monkeypatch):
    def broken(text: str) -> str:
        raise RecursionError(text)

    monkeypatch.setattr(rendering, "to_html", broken)
    rendered = render("\n<b> & more")
    assert rendered.failed
    assert rendered.html == '<pre class="raw-text">\n\n&lt;b&gt; &amp; more</pre>'
