"""How an answer's Markdown looks on the page."""

from __future__ import annotations

import pytest

from playground.rendering import RENDERER_VERSION, Rendered, render
from tests.rendering.audit import Audit

TABLE = "| a | b | c |\n|:--|--:|:-:|\n| 1 | 2 | 3 |\n"


def test_an_empty_answer_renders_to_nothing():
    assert render("") == Rendered("", RENDERER_VERSION, cut=False, failed=False)


def test_an_answer_of_white_space_renders_to_nothing():
    assert render(" \n\t\n").html == ""


def test_paragraphs_and_emphasis():
    assert render("a **b** *c*\n\n~~d~~").html == (
        "<p>a <strong>b</strong> <em>c</em></p>\n<p><s>d</s></p>\n"
    )


def test_the_lines_of_a_paragraph_stay_lines():
    assert render("one\ntwo").html == "<p>one<br>\ntwo</p>\n"


@pytest.mark.parametrize(
    ("marks", "level"), [("#", 3), ("##", 3), ("###", 4), ("####", 5), ("#####", 6), ("######", 6)]
)
def test_headings_stay_below_the_headings_of_the_page(marks, level):
    assert render(f"{marks} Title").html == f"<h{level}>Title</h{level}>\n"


def test_lists_nest():
    assert Audit(render("- a\n  - b\n\n1. c").html).elements == ["ul", "li", "ul", "li", "ol", "li"]


def test_a_numbered_list_keeps_its_first_number():
    assert '<ol start="3">' in render("3. c\n4. d").html


def test_quotations_and_rules():
    assert Audit(render("> a\n\n---").html).elements == ["blockquote", "p", "hr"]


def test_tables_can_be_scrolled_from_the_keyboard():
    wrapper = '<div class="table-scroll" tabindex="0" role="group" aria-label="table"><table>'
    assert render(TABLE).html.startswith(wrapper)


def test_table_cells_align_with_a_class_and_not_with_a_style():
    html = render(TABLE).html
    assert '<th>a</th>\n<th class="align-end">b</th>\n<th class="align-center">c</th>' in html


def test_table_cells_of_the_body_align_too():
    assert '<td class="align-end">2</td>' in render(TABLE).html


def test_html_in_an_answer_is_text():
    assert render("<b>x</b>").html == "<p>&lt;b&gt;x&lt;/b&gt;</p>\n"


def test_a_link_opens_nothing_of_ours():
    assert render("[a](https://b.example/c?d=1&e=2)").html == (
        '<p><a href="https://b.example/c?d=1&amp;e=2" '
        'rel="noopener noreferrer nofollow ugc">a</a></p>\n'
    )


@pytest.mark.parametrize("address", ["http://a.example", "https://a.example", "mailto:a@b.example"])
def test_the_three_schemes_stay(address):
    assert Audit(render(f"[x]({address})").html).links == [address]


@pytest.mark.parametrize("address", ["/runs/", "//a.example", "?a=1", "#top", "page", "ftp://a.b"])
def test_a_link_to_anywhere_else_is_its_text(address):
    assert render(f"[x]({address})").html == "<p>x</p>\n"


def test_a_reference_link_works():
    assert Audit(render("[a][1]\n\n[1]: https://a.example").html).links == ["https://a.example"]


def test_a_title_is_not_kept():
    assert "title" not in render('[a](https://a.example "words")').html


def test_a_picture_is_a_link_that_names_it():
    audit = Audit(render("![a *red* cat](https://a.example/cat.png)").html)
    assert (audit.elements, audit.text.strip()) == (["p", "a"], "[image: a red cat]")


def test_a_picture_without_words_says_so():
    assert "[image: no text]" in render("![](https://a.example/cat.png)").html


@pytest.mark.parametrize("address", ["data:image/png;base64,AAAA", "/media/1.png", "mailto:a@b.c"])
def test_a_picture_from_elsewhere_is_only_named(address):
    assert render(f"![cat]({address})").html == "<p>[image: cat]</p>\n"


def test_a_picture_in_a_link_is_one_link():
    audit = Audit(render("[![cat](https://a.example/1.png)](https://b.example)").html)
    assert audit.links == ["https://b.example"]


def test_what_a_database_cannot_store_is_replaced():
    assert render("a\x00b\ud800c").html == "<p>a\ufffdb\ufffdc</p>\n"


def test_other_scripts_are_kept_as_they_are():
    assert render("שלום 你好 👩‍👩‍👧").html == "<p>שלום 你好 👩‍👩‍👧</p>\n"
