"""An answer cannot run script, load anything, restyle the page, press a button or go elsewhere."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.rendering import render
from playground.rendering.allowlist import sanitise
from tests.hostile.payloads import ADDRESSES, CORPUS, HTML, MARKDOWN, MARKUP
from tests.rendering.audit import Audit

LEADING_NOWHERE = [one for one in [*MARKDOWN, *ADDRESSES] if "(https://a.example" not in one]


def test_the_corpus_has_enough_to_say_something():
    assert len(set(CORPUS)) >= 250


@pytest.mark.parametrize("text", CORPUS)
def test_nothing_outside_the_list_survives(text):
    assert Audit(render(text).html).wrong == []


@pytest.mark.parametrize("html", MARKUP)
def test_the_last_step_alone_removes_it_all(html):
    assert Audit(sanitise(html)).wrong == []


@pytest.mark.parametrize("text", HTML)
def test_html_in_an_answer_can_be_read_as_it_was_written(text):
    assert Audit(render(f"`` {text} ``").html).text.strip() == " ".join(text.split())


@pytest.mark.parametrize("text", LEADING_NOWHERE)
def test_no_link_leads_to_a_hostile_address(text):
    assert Audit(render(text).html).links == []


PIECES = st.sampled_from(
    [
        *("[", "](", ")", "![", "<", ">", "`", "```", "$", "$$", "\\(", "\\[", "\\]", "|", "|-|"),
        *("\n", "- ", "> ", "# ", "*", "_", "~~", "&#", ";", '"', "'", "javascript:", "//"),
        *("https://a.b", "script", "img", " onerror=", "<!--", "\\text{", "}", "{", "\\frac"),
        *("a", " ", "    ", "1. "),
    ]
)


@given(st.text())
def test_any_text_gives_listed_elements_only(text):
    assert Audit(render(text).html).wrong == []


@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_mixture_of_marks_gives_listed_elements_only(text):
    assert Audit(render(text).html).wrong == []


@given(st.lists(PIECES, max_size=40).map("".join))
def test_the_last_step_has_nothing_left_to_do(text):
    html = render(text).html
    assert html.startswith("<pre") or sanitise(html) == html


@given(st.text())
def test_the_same_text_gives_the_same_html_in_any_thread(text):
    found: list[str] = []
    thread = threading.Thread(target=lambda: found.append(render(text).html))
    thread.start()
    thread.join()
    assert found == [render(text).html]
