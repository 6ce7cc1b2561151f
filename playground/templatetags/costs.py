"""What History says of days, and of costs: final where known, "about" where it is an estimate."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django import template
from django.utils import timezone
from django.utils.formats import date_format

from playground.spending.totals import Bill, bill
from playground.web.formatting import money, units

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playground.history.rows import FormRow

register = template.Library()


@register.filter
def cost(of_form: Bill) -> str:
    """The cost of one form, for a narrow column."""
    if not of_form.runs:
        return "–"
    if of_form.amount is None or of_form.unpriced:
        return units(of_form.units)
    return money(of_form.amount)


@register.filter
def day(value: date) -> str:
    """A heading for the runs of one day."""
    today = timezone.localdate()
    if value == today:
        return f"Today, {date_format(value, 'j F')}"
    if value == today - timedelta(days=1):
        return f"Yesterday, {date_format(value, 'j F')}"
    if value > today - timedelta(days=7):
        return date_format(value, "l, j F")
    return date_format(value, "j F Y")


@register.simple_tag
def day_bill(forms: Sequence[FormRow]) -> str:
    """The sum over the rows of a day that are shown; nothing where nothing costs."""
    total = bill(cell for row in forms for cell in row.shown_cells)
    if not total.runs:
        return ""
    rest = f"{total.unpriced} run{'s' if total.unpriced > 1 else ''} without a price"
    if total.amount is None:
        return f"Shown: {units(total.units) if total.units else rest}"
    about = "about " if total.estimated else ""
    more = f", {rest}" if total.unpriced else ""
    return f"Shown: {about}{money(total.amount)}{more}"
