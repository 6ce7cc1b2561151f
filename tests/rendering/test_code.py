"""Code in answers and in the tabs of a run."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygments.lexers import get_lexer_by_name

from playground.rendering import highlight, render
from playground.rendering.highlighting import LANGUAGES, MAX_HIGHLIGHTED
from playground.rendering.markup import MAX_COLOURED

WRAPPER = '<div class="code"><pre tabindex="0" role="group" aria-label="code block"><code>'


def text_of(spans: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", spans))


def test_a_code_block_can_be_scrolled_from_the_keyboard():
    assert render("```\na\n```").html == f"{WRAPPER}a</code></pre></div>\n"


def test_indented_code_is_a_code_block():
    assert render("    a < b").html == f"{WRAPPER}a &lt; b</code></pre></div>\n"


def test_code_is_coloured_with_classes():
    assert '<span class="nt">"a"</span>' in render('```json\n{"a": 1}\n```').html


def test_code_in_an_unknown_language_is_plain():
    assert render("```brainfog\n<b>\n```").html == f"{WRAPPER}&lt;b&gt;</code></pre></div>\n"


def test_an_unclosed_block_runs_to_the_end():
    assert render("```\na\n\nb").html == f"{WRAPPER}a\n\nb</code></pre></div>\n"


def test_a_code_block_holds_no_control():
    assert "button" not in render("```\na\n```").html


def test_maths_in_code_is_code():
    assert render("`$x$`").html == "<p><code>$x$</code></p>\n"


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_listed_has_a_lexer(language):
    assert get_lexer_by_name(language)


@pytest.mark.parametrize("language", ["json", "bash", "python", "javascript"])
@given(code=st.text(st.characters(exclude_characters="\r\ufeff", exclude_categories=["Cs"])))
def test_highlighting_changes_no_character(language, code):
    assert text_of(highlight(code, language)) == code


def test_highlighting_escapes():
    assert "<script" not in highlight('"<script>"', "python")


def test_long_code_is_plain():
    assert highlight("{" * (MAX_HIGHLIGHTED + 1), "json") == "{" * (MAX_HIGHLIGHTED + 1)


def test_code_that_takes_too_long_to_colour_is_plain():
    assert highlight("<a>" * 10, "html", seconds=0) == html.escape("<a>" * 10)


def test_the_code_of_one_answer_is_coloured_up_to_a_bound():
    block = f"```json\n[{'1,' * (MAX_COLOURED // 4)}1]\n```\n"
    first, second = render(block + "\n" + block).html.split("</pre>")[:2]
    assert ("<span" in first, "<span" in second) == (True, False)
