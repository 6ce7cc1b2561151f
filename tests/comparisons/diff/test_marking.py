"""Marks are put into safe HTML, and it stays as safe and says the same."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.comparisons.diff.marking import CLOSING, OPENING, mark_unshared
from playground.rendering import allowlist, render
from tests.comparisons.diff.texts import ANSWERS, COLUMNS, PATHOLOGICAL
from tests.effort import bounded_effort
from tests.hostile.payloads import CORPUS, LARGE
from tests.rendering.audit import Audit

MARKS = nh3.Cleaner(
    tags=set(allowlist.TAGS) | {"mark"},
    clean_content_tags=set(),
    attributes=allowlist.ATTRIBUTES,
    tag_attribute_values=allowlist.FIXED,
    allowed_classes={**allowlist.CLASSES, "mark": {"diff"}},
    url_schemes={"http", "https", "mailto"},
    link_rel=allowlist.REL,
)


class Paths(HTMLParser):
    """Collects in which elements each mark stands."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.around: list[list[str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "mark":
            self.around.append(list(self.open))
        if tag not in ("br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def html(*answers: str) -> list[str]:
    return [one.html for one in mark_unshared([render(answer).html for answer in answers])]


def unmarked(marked: str) -> str:
    return marked.replace(OPENING, "").replace(CLOSING, "")


def test_the_word_that_differs_stands_in_a_mark():
    assert html("It is **red**", "It is blue")[0] == (
        '<p>It is <strong><mark class="diff">red</mark></strong></p>\n'
    )


def test_neighbours_share_a_mark():
    assert '<mark class="diff">dark red</mark>' in html("It is dark red.", "It is blue.")[0]


def test_a_cell_is_marked_as_a_whole():
    answers = [f"| Item | Qty |\n|---|--:|\n| Gouda | {kg} kg |" for kg in ("0.412", "0.472")]
    assert '<td class="align-end"><mark class="diff">0.472 kg</mark></td>' in html(*answers)[1]


def test_a_value_in_coloured_code_is_marked():
    answers = [f'```json\n{{"total": {total}}}\n```' for total in ("41.20", "47.20")]
    assert '<span class="mf"><mark class="diff">47.20</mark></span>' in html(*answers)[1]


def test_an_address_is_not_marked():
    marked = html("[page](https://a.example/red)", "[page](https://a.example/blue)")
    assert OPENING not in "".join(marked)


def test_an_escaped_character_is_no_word():
    assert html("x < y", "x > y & z")[1] == '<p>x &gt; y &amp; <mark class="diff">z</mark></p>\n'


def test_a_formula_is_not_marked():
    answers = html("so $x=5$", "so $x=6$")
    assert OPENING not in "".join(answers)


def test_each_answer_has_its_note():
    found = mark_unshared(["<p>5 eggs</p>", "<p>5 eggs</p>", "<p>6 eggs</p>"])
    assert [one.note.values for one in found] == [0, 0, 1]


# What is nested too deeply is shown as plain text, which the sanitiser has not seen.
@pytest.mark.parametrize("text", [text for text in CORPUS if text not in LARGE])
def test_hostile_answers_are_as_safe_as_before(text):
    source = render(f"{text}\n\nred").html
    marked = mark_unshared([source, "<p>blue</p>"])[0].html
    assert (MARKS.clean(marked), unmarked(marked)) == (marked, source)


@pytest.mark.parametrize("text", CORPUS)
def test_marks_let_nothing_hostile_through(text):
    audit = Audit(html(f"{text}\n\nred", "blue")[0])
    assert [wrong for wrong in audit.wrong if wrong not in ("<mark>", "mark class=diff")] == []


@given(COLUMNS)
def test_nothing_but_marks_is_added(answers):
    sources = [render(answer).html for answer in answers]
    assert [unmarked(one.html) for one in mark_unshared(sources)] == sources


@given(COLUMNS)
def test_no_mark_holds_a_tag_or_stands_in_a_formula(answers):
    for marked in html(*answers):
        assert len(re.findall(r'<mark class="diff">[^<]+</mark>', marked)) == marked.count(OPENING)
        assert not any({"math", "mark"}.intersection(path) for path in Paths(marked).around)


@given(ANSWERS, st.integers(2, 5))
def test_identical_answers_have_no_mark(answer, count):
    assert OPENING not in "".join(html(*[answer] * count))


@given(COLUMNS, st.randoms(use_true_random=False))
def test_the_order_of_the_columns_does_not_matter(answers, chance):
    order = list(range(len(answers)))
    chance.shuffle(order)
    marked = html(*answers)
    assert html(*[answers[i] for i in order]) == [marked[i] for i in order]


@given(COLUMNS)
def test_marking_any_text_never_fails(answers):
    assert [unmarked(one.html) for one in mark_unshared(answers)] == [unmarked(a) for a in answers]


@pytest.mark.parametrize("answer", PATHOLOGICAL)
def test_pathological_html_takes_no_time(answer):
    with bounded_effort():
        mark_unshared([answer, answer[::-1], "<p>a b c d e f</p>"])
