"""Markdown for notes, CSV for spreadsheets."""

from __future__ import annotations

import re
from copy import copy
from typing import TYPE_CHECKING, Any

import pytest
from markdown_it import MarkdownIt

from playground.exports import comparison_as_markdown, run_as_markdown
from playground.exports.as_csv import harmless
from playground.exports.redaction import EVERYTHING, Shown, shown_comparison, shown_run
from playground.images import store
from playground.runs.models.comparison import Comparison
from playground.submission.request import AttachedImage
from tests.conftest import png

if TYPE_CHECKING:
    from playground.runs.models.run import Run
    from tests.fakes.wavespeed import FakeWaveSpeed

pytestmark = pytest.mark.django_db


def note(run: Run, shown: Shown = EVERYTHING) -> str:
    return run_as_markdown(shown_run(run, shown))


def test_a_prompt_cannot_add_headings(carried: Any) -> None:
    run = carried("# One\n\n## Answer\n\nnot this\n---\n```")
    tokens = MarkdownIt().parse(note(run).rsplit("\n## Answer\n", 1)[0])
    headings = [one.tag for one in tokens if one.type == "heading_open" and one.level == 0]
    assert headings == ["h1", "h2"]


def test_a_file_name_cannot_break_out_of_its_link(carried: Any) -> None:
    attached = AttachedImage(image=store.store(png()), name="a](http://evil.example) [b.png")
    tokens = MarkdownIt().parseInline(note(carried(images=(attached,))))
    children = [child for token in tokens for child in token.children or []]
    assert [child.type for child in children if child.type.startswith(("link", "image"))] == [
        "image"
    ]


def test_what_markdown_has_a_meaning_for_means_itself_in_a_heading(carried: Any) -> None:
    assert note(carried("&lt; ~~a~~ $x$")).startswith(r"# \&lt; \~\~a\~\~ \$x\$")


def test_what_is_hidden_is_named_and_not_there(carried: Any) -> None:
    text = note(carried(system_prompt="Pirate."), Shown(system_prompt=False, costs=False))
    assert "Not shown here: system prompt, costs." in text
    assert "Pirate" not in text
    assert "Cost" not in text


def test_flagged_answers_are_named_where_one_is_left_out(carried: Any) -> None:
    run, hiding = carried(), Shown(flagged=False)
    assert "Not shown here" not in note(run, hiding)
    run.flagged = True
    assert "Not shown here: flagged answers." in note(run, hiding)


def test_a_comparison_says_once_what_all_were_asked(upstream: FakeWaveSpeed, carried: Any) -> None:
    comparison = Comparison.objects.create(best_why="Clear.")
    cells = [carried("Why?"), carried("Why?")]
    comparison.best = cells[1]
    text = comparison_as_markdown(shown_comparison(comparison, cells, EVERYTHING))
    assert text.count("> Why?") == 1
    assert "Best answer: 2. gemini-2.0-flash-001: Clear." in text


def test_a_comparison_of_different_questions_writes_each(carried: Any) -> None:
    cells = [carried("Why?"), carried("How?")]
    text = comparison_as_markdown(shown_comparison(Comparison(), cells, EVERYTHING))
    assert text.index("> Why?") < text.index("> How?")


ODD = [
    "```python\nnever closed",
    "~~~~\n```\n",
    "<!-- never closed",
    "# A heading\n\n## Answer\n",
    "    code\n\n\ttab  \n",
    "ends with spaces   ",
    "a\r\nb\rc\n\nd\r",
    "> quoted\nlazy",
    "- list\n\n  more\n1. x",
    "<div>\n<pre>",
    "<script>",
    "[a]: http://example.org\n",
    "| a |\n|---|\n",
    "---\ntitle: x\n---\n",
    "$$\nx",
    "line\u2028line\x0bline\x85line",
    "\\",
    "*open **open `open",
    "\n\n\nblank lines before and after\n\n\n",
    "\ufefftext",
]
QUOTE = re.compile(r"(\A|\r\n|\n|\r)> ")


def cells_of(carried: Any, answers: list[str]) -> str:
    """The note of a comparison with these answers."""
    run = carried("Why?")
    cells = [copy(run) for _ in answers]
    for cell, answer in zip(cells, answers, strict=True):
        cell.output = answer
    return comparison_as_markdown(shown_comparison(Comparison(), cells, EVERYTHING))


def test_no_answer_reaches_the_next_one(carried: Any) -> None:
    text = cells_of(carried, ODD)
    tokens = MarkdownIt().enable("table").parse(text)
    headings = [one for one in tokens if one.type == "heading_open" and one.level == 0]
    assert [one.tag for one in headings] == ["h1", "h2", *["h2", "h3"] * len(ODD)]


def test_every_answer_comes_back_exactly(carried: Any) -> None:
    parts = re.split(r"### Answer\n\n", cells_of(carried, ODD))[1:]
    found = [re.split(r"\n\n## \d+\. |\n\Z", part)[0] for part in parts]
    assert [QUOTE.sub(r"\1", one) for one in found] == ODD


def test_the_answer_of_a_run_ends_its_note_as_it_came(carried: Any) -> None:
    run = carried("Why?")
    ends = {}
    for run.output in ODD:
        ends[run.output] = note(run).partition("## Answer\n\n")[2]
    assert ends == {answer: f"{answer}\n" for answer in ODD}


@pytest.mark.parametrize(
    "start", ["=1", "+1+1", "- a", "@a", "\t=1", "\n=1", " =1", "＝1", "%0A=1"]
)
def test_a_formula_is_made_text(start: str) -> None:
    assert harmless(start) == f"'{start}"


@pytest.mark.parametrize("text", ["", "a=1", "1", "Total: -3", "'=1", "-5", "+1.50", "-1,249.00\n"])
def test_other_text_is_left_alone(text: str) -> None:
    assert harmless(text) == text
