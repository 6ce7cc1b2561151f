"""Figures of experiments: places along an interval, shares and probabilities."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from playground.templatetags.playground import icon

if TYPE_CHECKING:
    from playground.experiments.statistics.intervals import Interval
    from playground.experiments.table import GridCell
    from playground.sharing.experiment_page import SharedCell

    Cell = GridCell | SharedCell

register = template.Library()


@register.filter
def along(share: float) -> str:
    """A place on a line that stands for 0 to 100 %."""
    return f"{100 * share:.1f}%"


@register.filter
def range_percent(interval: Interval) -> str:
    """As in 68–91%."""
    return f"{100 * interval.low:.0f}–{100 * interval.high:.0f}%"


@register.filter
def rounded(amount: Decimal | None) -> str:
    """Money as a sum of many runs: to the cent, below ten cents with two digits that count."""
    if amount is None:
        return "–"
    return f"${amount:.2f}" if amount >= Decimal("0.095") or not amount else f"${amount:.2g}"


@register.filter
def grouped(count: float | None) -> str:
    """A whole number with a sign between thousands."""
    return "–" if count is None else f"{count:,.0f}"


@register.filter
def probability(p: float) -> str:
    """Two digits that count; below one in a thousand no more than that."""
    if p < 0.001:
        return "< 0.001"
    return f"{p:.2f}" if p >= 0.095 else f"{p:.2g}"


VERDICTS = {True: ("verdict-right", "check"), False: ("verdict-wrong", "x"), None: ("", "")}
CELL = (
    '<td role="cell"{}{}><{} class="cell-link {}" title="{}">'
    '{}{}{}{}<span class="visually-hidden">{}: {}</span></{}></td>'
)


@register.simple_tag
def verdict(cell: Cell) -> SafeString:
    """A cell with what its answer was read as, whether that is right, and a link to its run.

    A grid has up to 1,200 of them, which as a template take half a second.
    """
    (style, symbol), address = VERDICTS[cell.verdict], cell.address
    return format_html(
        CELL,
        format_html(' id="{}"', cell.anchor) if cell.anchor else "",
        WRONG_CELL if cell.verdict is False else "",
        format_html('a href="{}"', address) if address else "span",
        style,
        cell.words,
        icon(symbol) if symbol else "",
        _read(cell),
        _of_repeats(cell),
        WRONG if cell.verdict is False else "",
        ", right" if cell.verdict else "",
        cell.label.text,
        "a" if address else "span",
    )


WRONG_CELL = mark_safe(' class="is-wrong"')
WRONG = mark_safe('<span class="verdict-word">wrong</span>')


def _read(cell: Cell) -> SafeString:
    if cell.text:
        return format_html('<span class="number truncate" dir="auto">{}</span>', cell.text[:40])
    return format_html('<span class="muted small">{}</span>', cell.note[:40] or "no answer")


def _of_repeats(cell: Cell) -> SafeString | str:
    if cell.repeats < 2:
        return ""
    return format_html('<span class="muted small">{} of {}</span>', cell.right, cell.repeats)
