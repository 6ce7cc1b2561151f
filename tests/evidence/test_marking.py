"""Values of an answer as links, in HTML that is safe."""

from __future__ import annotations

import re

import pytest

from playground.evidence.matching.answer_text import MAX_CHARACTERS
from playground.evidence.matching.marking import marked
from playground.evidence.matching.trace import trace
from playground.rendering import render
from tests.effort import bounded_effort
from tests.evidence.readings import RECEIPT, reading_of, traced

HOSTILE = [
    "<b>429.57</b> & \"46.03\" <script>alert('00318')</script> &amp; &lt;i&gt;",
    '| <img src=x> | 96.00 "\'><svg onload=x> |\n|--|--|\n| `a"b<c>` | “<\'"&>” 144.00 |',
    '[429.57](https://example.org/?a=429.57&b="46.03") `429.57` $429.57^{46.03}$ 429.57',
    "“429.57 & <b>” **429**.57 ~~46.03~~ — 00318\n\n> 2026-11-14 «Oat milk»",
    "429.57 \u202e46.03 ٤٢٩٫٥٧ ４２９．５７ \x00 “🙂” &#x27;46.03&#x27;",
]


def test_a_value_links_to_its_row_and_says_where_it_stands():
    html = marked(traced("In all 429.57."), "v")
    assert (
        '<a class="evidence" id="v1" href="#e1" title="Line 13, read with 0.98">429.57</a>' in html
    )


def test_what_is_computed_or_not_found_says_so_in_words():
    html = marked(traced("Number 00381, 96.00 + 1.00 = 98.00."), "v")
    assert '00381<span class="visually-hidden">, not found by the reader</span>' in html
    assert '98.00<span class="visually-hidden">, computed, wrong</span>' in html


def test_the_second_mention_has_an_address_of_its_own():
    html = marked(traced("It is 429.57, so 429.57."), "v")
    assert re.findall(r'id="(v[^"]*)"', html) == ["v1", "v1-2"]


@pytest.mark.parametrize("answer", HOSTILE)
def test_marking_adds_links_and_changes_nothing_else(answer):
    html = render(answer).html
    linked = marked(trace({"v": html}, [reading_of(RECEIPT)]), "v")
    assert unmarked(linked) == html
    assert linked != html


@pytest.mark.parametrize(
    ("cut", "behind"),
    [('<a href="https://example.org/429.57">x</a>', 36), ("&#39;429.57", 4), ("&#39;429.57", 3)],
)
def test_no_link_is_written_into_a_tag_or_a_sign_at_the_end_of_what_is_looked_at(cut, behind):
    html = f"<p>{'word ' * 20_000}"[: MAX_CHARACTERS - behind] + cut + "</p>"
    linked = marked(trace({"v": html}, [reading_of(RECEIPT)]), "v")
    assert unmarked(linked) == html
    assert not re.search(r'(<[^>]*|&#?\w*)<a class="evidence', linked)


def unmarked(linked):
    bare = re.sub(r'<small class="evidence-mark[^>]*>\[\d+\]</small>', "", linked)
    bare = re.sub(r'<span class="visually-hidden">[^<]*</span></a>', "</a>", bare)
    return re.sub(r'<a class="evidence[^>]*>(.*?)</a>', r"\1", bare)


def test_a_page_full_of_one_number_is_searched_with_bounded_effort():
    reading = reading_of([["1249 7 " * 20]] * 1_000)
    with bounded_effort():
        (item,) = trace({"A": render("It is 1 249.").html}, [reading]).items
    assert len(item.places) == 50


def test_a_long_answer_of_odd_signs_is_traced_with_bounded_effort():
    html = render("12.5 " * 10_000 + "“" * 5_000 + "A" * 5_000 + "1 + " * 5_000).html
    with bounded_effort():
        trace({"v": html}, [reading_of(RECEIPT)])
