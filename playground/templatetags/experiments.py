"""Figures of experiments: places along an interval, shares and probabilities."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django import template

if TYPE_CHECKING:
    from playground.experiments.statistics.intervals import Interval

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
