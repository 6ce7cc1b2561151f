"""How an answer is drawn: as HTML, as much of it as its page has room for, with its marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from playground.evidence.read_answer import read_answer
from playground.rendering import shortened
from playground.runs.answer_states import WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playground.comparisons.blind.anonymise import RedactedRun
    from playground.comparisons.diff.words import Change
    from playground.evidence.read_answer import ReadAnswer
    from playground.exports.redaction import ShownRun
    from playground.runs.models.run import Run

register = template.Library()
# Characters of HTML: of one answer on its own page, beside up to eleven others, in a grid of 100.
MAX_ALONE, MAX_BESIDE, MAX_IN_A_CELL = 1_000_000, 800_000, 50_000


@register.simple_tag
def what_was_read(run: Run, marked: str = "") -> ReadAnswer | None:
    """The answer of the text reader with its rows named, and their places; None for others.

    marked: the answer with its differences in it, where others stand beside it.
    """
    return read_answer(run, marked or run.output_html, f"line-{run.short_id}")


@register.simple_tag
def answer_badge(run: Run | ShownRun | RedactedRun) -> SafeString:
    """A word for an answer that is empty, or that looks cut off or refused."""
    word = WORDS.get(run.answer_state)
    badge = '<span class="badge badge-premium">{}</span>'
    return format_html(badge, word) if word else SafeString("")


@register.filter
def safe_html(rendered: str) -> SafeString:
    """Mark what playground.rendering made, and nothing else, as HTML."""
    return mark_safe(rendered)  # noqa: S308 - sanitised before it was stored


@register.simple_tag
def answer(
    run: Run | ShownRun | RedactedRun,
    scope: str = "",
    wide: object = None,
    *marked: str | None,
) -> SafeString:
    """An answer as HTML, as much of it as its page has room for; in a file it is whole.

    marked: the same with its evidence or differences in it; the first that is there.
    """
    most = MAX_IN_A_CELL if scope == "cell" else MAX_ALONE if wide else MAX_BESIDE
    html = next(filter(None, marked), run.output_html)
    whole = scope == "document" or len(html) <= most  # the text is a query away, on a card
    return safe_html(html if whole else shortened(html, run.output, most))


CHANGED = {"same": "{}", "removed": "<del>{}</del>", "added": "<ins>{}</ins>"}


@register.filter
def as_one_text(changes: Sequence[Change]) -> SafeString:
    """Return two texts as one: words of the first struck out, words of the second underlined."""
    marked = ((format_html(CHANGED[one.kind], one.text),) for one in changes)
    return format_html_join("", "{}", marked)
