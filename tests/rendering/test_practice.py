"""Answers as models really write them."""

from __future__ import annotations

import re

import pytest

from playground.rendering import render
from tests.rendering.audit import Audit
from tests.rendering.corpus import text_of


def formulas_in(text: str) -> int:
    return Audit(render(text).html).elements.count("math")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("圆的半径是$r$，周长为$2\\pi r$，面积为$\\pi r^2$。", 3),
        ("반지름은$r$이고 넓이는$\\pi r^2$입니다", 2),
        ("半径$r$を使う", 1),
        ("the $n$th term and the $k$s", 2),
        ("The area is $ \\frac{1}{2} bh $ and $ \\angle A = 30^\\circ$.", 2),
        ("the set $[0, 1)$ and $x = 5$ or $E = mc^2$", 3),
        ("lines $AB, CD$", 1),
        ("so $$a = b$$$$c = d$$ holds", 2),
    ],
)
def test_a_formula_needs_no_space_around_it(text, count):
    audit = Audit(render(text).html)
    assert (audit.elements.count("math"), "$" in audit.text) == (count, False)


@pytest.mark.parametrize(
    "text",
    [
        "Put $HOME/bin:$PATH first, then run set_total($prices);$sum=add($prices).",
        "It was $12 in May and $left in June; pay $5 (CA$ 7).",
        "echo $(pwd):$(id) and ${HOME}:${PATH}",
        'cp "$HOME/a" "$TMP"',
        "between $5 and 10$ a day",
        "awk prints $1,$2 and $NF",
        "苹果$5，香蕉是$更贵",
        "pay $5 and CA$ 7",
        "$ x $",
        "price: $$$ (dear), $$ (moderate), $ (cheap)",
        "a restaurant ($$) and a bar ($$$)",
        "use $$ for pid and $$ again; kill $$; echo $$",
    ],
)
def test_money_and_shell_are_no_formulas(text):
    audit = Audit(render(text).html)
    assert ("math" in audit.elements, audit.text.strip()) == (False, text)


@pytest.mark.parametrize(
    "text",
    [
        "So we have\n\\begin{align*}\na &= b + c \\\\\n&= 12\n\\end{align*}",
        "- so\n  \\begin{equation}\n  a = b\n  \\end{equation}",
        "thus \\begin{cases} a \\\\ b \\end{cases} holds",
        "\\[\na = b\n\nc = d\n\\]",
        "$$\na = b\n\nc = d\n$$",
    ],
)
def test_equations_stand_without_dollars_and_around_empty_lines(text):
    assert formulas_in(text) == 1


def test_rows_around_an_empty_line_are_two_rows():
    assert render("\\[\na = b\n\nc = d\n\\]").html.count("<mtr>") == 2


def test_prose_that_names_an_environment_stays_prose():
    assert formulas_in("Write \\begin{itemize} x \\end{itemize} or \\begin{align*}.") == 0


@pytest.mark.parametrize(
    "text",
    [
        "发票的**“总金额”**是 45 元",
        "**日期：**2025 年",
        "**注意。**请核对。",
        '**"총액"**은 45원',
        "これは**「重要」**です",
        "数**（注）**字",
        "**합계(VAT 포함):**1,000원",
        "1,000원**(합계)**1",
        "**ราคา:**100บาท",
        '**"ລາຄາ"**ແມ່ນ',
    ],
)
def test_bold_stands_beside_chinese_japanese_and_korean(text):
    html = render(text).html
    assert ("<strong>" in html, "**" in html) == (True, False)


def test_bold_in_other_scripts_is_as_commonmark_has_it():
    assert render('a**"b"**c').html == '<p>a**"b"**c</p>\n'


@pytest.mark.parametrize("text", ["1920*1080 and 1280*720", "5*3*2 = 30", "2*1.50=3, 4*2=8"])
def test_a_star_between_digits_is_arithmetic(text):
    assert render(text).html == f"<p>{text}</p>\n"


@pytest.mark.parametrize("mark", ["<br>", "<br/>", "<BR />", "</br>"])
def test_a_bare_br_breaks_a_line_also_in_a_cell(mark):
    html = render(f"| a |\n|---|\n| b{mark}c |\n\nd{mark}e").html
    assert ("<td>b<br>\nc</td>" in html, "<p>d<br>\ne</p>" in html) == (True, True)


def test_all_other_html_stays_text():
    audit = Audit(render("H<sub>2</sub>O <br class=x> `<br>`").html)
    assert audit.text.strip() == "H<sub>2</sub>O <br class=x> <br>"


@pytest.mark.parametrize("tag", ["<dc:title>", "<soap:Body>x</soap:Body>", "<tel:1>"])
def test_a_name_of_xml_keeps_its_brackets(tag):
    assert Audit(render(f"See {tag}, *then* <https://a.example/>.").html).text.strip() == (
        f"See {tag}, then https://a.example/."
    )


NESTED = "```markdown\n# T\n```sh\nmake\n```\n## After\n```\n\nThat is all."


@pytest.mark.parametrize("text", [NESTED, NESTED.replace("markdown", "md")])
def test_a_fence_of_markdown_lasts_over_the_fences_in_it(text):
    html = render(text).html
    assert (html.count("<pre"), html.endswith("<p>That is all.</p>\n")) == (1, True)


def test_a_fence_of_markdown_that_nothing_else_ends_ends_as_any_other():
    html = render("```markdown\n```sh\nmake\n```\n\nThat is all.").html
    assert html.endswith("<p>That is all.</p>\n")


@pytest.mark.parametrize("named", ["", "text", "plaintext"])
def test_a_fence_of_plain_text_lasts_over_the_fences_in_it(named):
    html = render(f"```{named}\n# T\n```sh\nmake\n```\n```\n\nThat is all.").html
    assert (html.count("<pre"), html.endswith("<p>That is all.</p>\n")) == (1, True)


@pytest.mark.parametrize("start", ["Here: ", "It says\n\nand here:", "a\nb "])
def test_a_fence_behind_words_is_one(start):
    html = render(f"{start}```json\n{{}}\n```\n\nThat is all.").html
    assert (html.count("<pre"), html.endswith("<p>That is all.</p>\n")) == (1, True)
    assert "```" not in html


@pytest.mark.parametrize("text", ["a ```b``` c", "ends with ```", "ends with ```json\n\nb"])
def test_ticks_that_no_line_ends_are_no_fence(text):
    assert "<pre" not in render(text).html


def test_ticks_that_are_spoken_of_move_no_fence_behind_them():
    html = render("It ends with ```\n\nSo:\n\n```\ncode\n```\nThat is all.").html
    assert (html.count("<pre"), "code</code>" in html) == (1, True)


def test_a_fence_of_maths_is_a_formula():
    assert text_of(render("```math\n\\frac{1}{2}\n```").html) == "12"
    assert "<code>\\foo</code>" in render("```math\n\\foo\n```").html


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ("$|x|$ | 2", ["|x|", "2"]),
        ("$|x|$ and $|y|$ | 2", ["|x| and |y|", "2"]),
        ("`a|b` | `c|d|e`", ["a|b", "c|d|e"]),
        ("1 | 2 | 3 | 4", ["1", "2 | 3 | 4"]),
        ("$5 | $10 | 3", ["$5", "$10 | 3"]),
        ("1", ["1", ""]),
    ],
)
def test_nothing_of_a_row_is_lost(row, cells):
    html = render(f"| a | b |\n|---|---|\n| {row} |").html
    found = re.findall("<td>(.*?)</td>", html)
    assert [re.sub("<[^>]*>", "", one) for one in found] == cells


def test_dashes_below_several_lines_are_no_underline_of_a_heading():
    html = render("STORE\nMilk 1.20\n-----\nTotal 1.20").html
    assert html == "<p>STORE<br>\nMilk 1.20</p>\n<hr>\n<p>Total 1.20</p>\n"


def test_dashes_below_one_line_underline_a_heading():
    assert render("Title\n-----\nx").html == "<h3>Title</h3>\n<p>x</p>\n"


def test_a_list_of_nine_levels_is_a_list():
    text = "".join(f"{'  ' * level}- level {level}\n" for level in range(9))
    assert Audit(render(text).html).elements.count("ul") == 9


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("السعر هو:\n\nThe total.", '<p>السعر هو:</p>\n<p dir="ltr">The total.</p>\n'),
        ("The total:\n\nالسعر", '<p>The total:</p>\n<p dir="rtl">السعر</p>\n'),
        ("$x$ هو\n\nhe", '<p dir="rtl"><math><mi>x</mi></math> هو</p>\n<p>he</p>\n'),
    ],
)
def test_each_paragraph_reads_in_its_own_direction(text, html):
    assert render(text).html == html


def test_a_list_and_its_items_read_in_their_own_directions():
    html = render("Prices:\n\n- سعر\n- price").html
    assert '<ul dir="rtl">\n<li>سعر</li>\n<li dir="ltr">price</li>' in html


def test_code_in_an_answer_from_right_to_left_is_not_turned():
    assert '<div class="code" dir="ltr">' in render("سعر\n\n```\nx = 1\n```").html


def test_tasks_are_boxes_that_cannot_be_pressed():
    audit = Audit(render("- [ ] open\n- [x] done\n- [y] no").html)
    assert "☐ open" in audit.text
    assert "☑ done" in audit.text
    assert "[y] no" in audit.text
    assert "input" not in audit.elements


def test_footnotes_are_marked_where_they_are_named_and_where_they_stand():
    html = render("Sum[^1] and[^2].\n\n[^1]: Without *tax*.").html
    assert html == ("<p>Sum<sup>1</sup> and[^2].</p>\n<p><sup>1</sup> Without <em>tax</em>.</p>\n")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("see https://a.example/b_c_d?e=1.", "https://a.example/b_c_d?e=1"),
        ("见https://a.example/路径，然后", "https://a.example/%E8%B7%AF%E5%BE%84"),
        ("(http://a.example/b_(c))", "http://a.example/b_(c)"),
        ("www.a.example", "http://www.a.example"),
        ("url(https://a.example);background:var(--x", "https://a.example"),
        ("write to a.b@c.example.", "mailto:a.b@c.example"),
    ],
)
def test_bare_addresses_are_links(text, address):
    assert Audit(render(text).html).links == [address]


@pytest.mark.parametrize(
    "text",
    ["`https://a.example`", "ftp://a.b", "javascript://a.b", "www.", "a@b", "http://256.1.1.1/"],
)
def test_other_addresses_are_text(text):
    assert Audit(render(text).html).links == []


def test_an_address_in_a_link_is_one_link():
    assert Audit(render("[https://a.example](https://b.example)").html).links == [
        "https://b.example"
    ]


@pytest.mark.parametrize(
    ("latex", "seen"),
    [
        (r"x = \mathop{\mathrm{argmax}}_t f(t)", "x=argmaxtf(t)"),
        (r"a \mathrel{:=} b", "a:=b"),
        (r"1\mathord{,}234", "1,234"),
        (r"a \not= b", "a≠b"),
        (r"50% of x", "50%ofx"),
        (r"a \\[2pt] b", "ab"),
        (r"\text{unit_price}", "unit_price"),
        (r"\left[\begin{array}{@{}cc|c@{}}1&2&3\end{array}\right]", "[123]"),
        (r"\require{cancel}\cancel{6}", "6"),
        (r"\mathop{\arg\min}\limits_{t} f(t)", "argmintf(t)"),
    ],
)
def test_nothing_of_a_formula_is_lost(latex, seen):
    assert text_of(render(f"$${latex}$$").html) == seen


@pytest.mark.parametrize(
    ("latex", "name"),
    [
        (r"\boxed{42}", "maths-box"),
        (r"\cancel{6}", "maths-up"),
        (r"\xcancel{6}", "maths-up maths-down"),
        (r"\begin{array}{c|c}a&b\end{array}", "maths-line-right"),
        (r"\begin{array}{c}a\\ \hline b\end{array}", "maths-line-top"),
    ],
)
def test_boxes_strokes_and_lines_are_classes(latex, name):
    assert f'class="{name}"' in render(f"${latex}$").html


@pytest.mark.parametrize("latex", ["(" * 30, r"\{" * 30, "{" * 31 + "}" * 31, r"x \\ {a \\ b}"])
def test_a_formula_that_would_take_for_ever_is_its_source(latex):
    assert "<math" not in render(f"$${latex}$$").html
