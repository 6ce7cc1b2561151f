"""What the Models page draws of each model: heads that sort, bars, prices."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING, Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from playground.catalog.badges import Badges
from playground.catalog.models import MAX_OUTCOMES
from playground.comparisons.blind.win_rates import Interval
from playground.spending.price_table import MILLION
from playground.web.charts import outcome_chart, range_chart, win_chart
from playground.web.formatting import money

if TYPE_CHECKING:
    from decimal import Decimal

    from playground.catalog.badges import ModelBadges
    from playground.catalog.entries import Model
    from playground.catalog.latency import Usual
    from playground.comparisons.blind.win_rates import WinRate
    from playground.leaderboard.table import Row

register = template.Library()
GONE = "The provider does not list it any more. Its runs stay as they are"
NOTHING = SafeString("")
FREE = SafeString('<span class="badge">Free</span>')
STANDARD = SafeString('<span class="badge">Standard</span>')
PREMIUM = SafeString('<span class="badge badge-premium">Premium 3×</span>')


@register.simple_tag(takes_context=True)
def model_head(context: Any, name: str, title: str, *, end: bool = False) -> SafeString:
    """The head of a column: a link that sorts by it, and which way it is sorted now."""
    link, aria = context["heads"][name]
    arrow = {"ascending": " ↑", "descending": " ↓"}.get(aria, "")
    return format_html(
        '<th class="{}" role="columnheader" scope="col"{}><a href="{}">{}</a>'
        '<span aria-hidden="true">{}</span></th>',
        "end" if end else f"col-{name}",
        format_html(' aria-sort="{}"', aria) if aria else "",
        link,
        title,
        arrow,
    )


@register.simple_tag
def range_bar(latency: Usual, scale: float) -> SafeString:
    return range_chart(latency.low, latency.median, latency.high, scale)


@register.simple_tag
def outcome_bar(latest: str) -> SafeString:
    return outcome_chart(latest, MAX_OUTCOMES)


@register.simple_tag
def model_price(row: Row) -> SafeString:
    """The tier, and what is known in money: a run, or a million tokens in and out."""
    if row.price is not None:
        amount = format_html('<span class="number small">{}</span>', money(row.price))
    elif row.marks.input_price is not None and row.marks.output_price is not None:
        amount = _of_tokens(row.marks.input_price, row.marks.output_price)
    else:
        amount = NOTHING
    if row.model.server:
        return amount or mark_safe('<span class="faint small">Not known</span>')
    return format_html("{} {}", PREMIUM if row.model.is_premium else STANDARD, amount)


@register.simple_tag
def mark_badges(book: ModelBadges, model: Model) -> SafeString:
    """New or gone, as the provider's list says."""
    marks = book.of(model)
    if marks.is_gone:
        return format_html('<span class="badge badge-premium" title="{}">Gone</span>', GONE)
    return mark_safe('<span class="badge badge-accent">New</span>') if marks.is_new else NOTHING


@register.simple_tag
def price_badge(model: Model, book: ModelBadges | None = None) -> SafeString:
    """The tier; of a server's model what a million tokens cost, where its list says so."""
    if model.is_reader:
        return FREE
    if not model.server:
        return PREMIUM if model.is_premium else STANDARD
    marks = book.of(model) if book else Badges()
    if marks.input_price is None or marks.output_price is None:
        return NOTHING
    return _of_tokens(marks.input_price, marks.output_price)


def _of_tokens(into: Decimal, out: Decimal) -> SafeString:
    if not into and not out:
        return mark_safe('<span class="number small">Free</span>')
    return format_html(
        '<span class="small" title="{}"><span class="number">{} / {}</span> '
        '<span class="price-of faint">1M tokens</span></span>',
        "US dollars for a million tokens in and out",
        _a_million(into),
        _a_million(out),
    )


def _a_million(price: Decimal) -> str:
    return money((price * MILLION).normalize())


@register.filter
def share(value: float | None) -> str:
    """A share with one place, never rounded up to all: 99.9% of 10,000 with one failure."""
    if value is None:
        return "–"
    return "100%" if value >= 1 else f"{floor(value * 1000 + 1e-9) / 10:.1f}%"


@register.filter
def at(value: float, more: float = 0) -> str:
    """A place in a drawing, whatever the language writes for a decimal point."""
    return f"{value + more:.1f}"


@register.simple_tag
def win_bar(model: Model, rate: WinRate) -> SafeString:
    return win_chart(rate.share or 0, rate.interval or Interval(0, 1), vendor=model.vendor)
