"""Formulas become MathML; what is no formula stays as it was written."""

from __future__ import annotations

import pytest

from playground.rendering import render
from playground.rendering.maths import MAX_FORMULA, MAX_FORMULAS, MAX_LATEX
from tests.rendering.audit import Audit

X = "<mi>x</mi></math>"


@pytest.mark.parametrize("text", ["$x$", r"\(x\)", "$`x`$"])
def test_a_formula_in_a_line(text):
    assert render(f"a {text} b").html == f"<p>a <math>{X} b</p>\n"


@pytest.mark.parametrize("text", ["$$x$$", "$$\nx\n$$", r"\[x\]", "\\[\nx\n\\]", "  $$ x\n$$"])
def test_a_formula_of_its_own(text):
    assert f'<math display="block">{X}' in render(text).html


@pytest.mark.parametrize("text", ["before\n$$\nx\n$$\nafter", "before\n\\[ x \\]\nafter"])
def test_a_formula_of_its_own_needs_no_empty_lines_around_it(text):
    assert Audit(render(text).html).elements == ["p", "div", "math", "mi", "p"]


@pytest.mark.parametrize("text", ["- a\n  $$\n  x\n  $$", "> $$\n> x\n> $$"])
def test_a_formula_inside_a_list_or_a_quotation(text):
    assert f'<math display="block">{X}' in render(text).html


def test_words_in_a_formula_may_hold_one_of_their_own():
    assert Audit(render(r"So $\text{a $x$ b}$.").html).elements == [
        "p",
        "math",
        "mtext",
        "mi",
        "mtext",
    ]


def test_two_display_formulas_in_one_line_are_two():
    assert render("$$x$$ and $$x$$").html.count("<math") == 2


def test_a_formula_at_the_start_of_a_line_that_ends_in_a_digit():
    assert render("$x$ is 5").html.startswith("<p><math>")


@pytest.mark.parametrize(
    "text",
    [
        "It is $5 and $6.",
        "from $5-$10",
        "US$5 or CA$7",
        "$ x $",
        "a $ b",
        r"\$x\$",
        "$",
        "$$",
        "$$$$",
        r"\(\)",
        r"\(x",
        "$$\nx\n\ny",
        "5$ and 6$",
    ],
)
def test_money_and_loose_marks_are_no_formulas(text):
    assert "<math" not in render(text).html


@pytest.mark.parametrize(
    ("latex", "element"),
    [
        (r"\frac{a}{b}", "mfrac"),
        (r"\sqrt{2}", "msqrt"),
        ("a_1^2", "msubsup"),
        (r"\sum_{i=1}^n i", "munderover"),
        (r"\begin{pmatrix}1 & 2 \\ 3 & 4\end{pmatrix}", "mtable"),
        (r"\begin{cases}1 & x>0 \\ 0 & x \le 0\end{cases}", "mtable"),
        (r"\begin{aligned}a &= b \\[2pt] &= c\end{aligned}", "mtable"),
        (r"\begin{align}a &= b \\ &= c\end{align}", "mtable"),
        (r"\begin{gathered}a \\ b\end{gathered}", "mtable"),
        (r"\begin{equation*}\bar{x} \pm \sigma\end{equation*}", "mover"),
        (r"\boxed{42}", "mn"),
        (r"\text{if } x", "mtext"),
    ],
)
def test_what_vision_models_write_is_understood(latex, element):
    audit = Audit(render(f"$${latex}$$").html)
    assert (element in audit.elements, audit.wrong) == (True, [])


def test_text_in_a_formula_is_text():
    assert "&lt;img" in render(r"$\text{<img src=x onerror=alert(1)>}$").html


@pytest.mark.parametrize("latex", [r"\frac", r"\begin{matrix}", "a^b^c", r"\left(", "{" * 900])
def test_a_formula_that_cannot_be_read_is_shown_as_code(latex):
    rendered = render(f"a $${latex}$$ b")
    assert (rendered.failed, f"<code>{latex}</code>" in rendered.html) == (False, True)


@pytest.mark.parametrize(
    "latex", [r"\newcommand{\a}{bb}\a", r"\def\a{bb}\a", r"\DeclareMathOperator{\a}{b}\a"]
)
def test_a_formula_cannot_define_commands(latex):
    assert f"<code>{latex}</code>" in render(f"${latex}$").html


def test_a_long_formula_is_shown_as_code():
    assert f"<code>{'x' * (MAX_FORMULA + 1)}</code>" in render(f"${'x' * (MAX_FORMULA + 1)}$").html


def test_an_answer_has_so_many_formulas_and_no_more():
    assert render("$x$ " * (MAX_FORMULAS + 5)).html.count("<math") == MAX_FORMULAS


def test_an_answer_has_so_much_latex_and_no_more():
    formulas = MAX_LATEX // MAX_FORMULA
    assert render(f"${'x' * MAX_FORMULA}$ " * (formulas + 2)).html.count("<math") == formulas


@pytest.mark.parametrize("width", ["50em", "-50em", "9999px", "100%", "calc(1em)"])
def test_a_formula_cannot_reach_over_the_page(width):
    assert "width=" not in render(rf"$a\hspace{{{width}}}b$").html


def test_a_formula_keeps_its_small_spaces():
    assert 'width="2em"' in render(r"$a\qquad b$").html


@pytest.mark.parametrize(
    "latex",
    [r"\color{red}{x}", r"\href{https://a.example}{x}", r"\style{color:red}{x}", r"\class{k}{x}"],
)
def test_a_formula_brings_no_colour_link_style_or_class(latex):
    audit = Audit(render(f"${latex}$").html)
    assert (audit.links, audit.wrong) == ([], [])
