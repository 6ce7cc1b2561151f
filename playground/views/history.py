"""The History screen: every form once, newest first, filtered by what the address says."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from playground.history_form import HistoryForm
from playground.models import Run
from playground.services import history as finding
from playground.services import offers
from playground.services.history_rows import FormRow, rows
from playground.visitors import visitor_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def history(request: HttpRequest) -> HttpResponse:
    form = HistoryForm(request.GET)
    filters = form.filters()
    visible = Run.objects.visible_to(visitor_of(request))
    before = _moment(request.GET.get("after", ""))
    page = finding.page(visible, form.wanted(), before)
    context = {
        "form": form,
        "filters": filters,
        "groups": offers.groups(),
        "periods": _periods(filters.get("from")),
        "days": _days(rows(visible, page.found)),
        "shown_day": timezone.localdate(before) if before else None,
        "older": _address(request, page.older) if page.older else "",
        "is_first_page": not before,
        "any_runs": bool(page.found) or visible.exists(),
    }
    context["fragment"] = request.headers.get("HX-Request") == "true"
    template = "_history_rows.html" if context["fragment"] else "history.html"
    return render(request, template, context)


def _periods(chosen: date | None) -> list[tuple[date, str]]:
    """The choices of the date filter, and the day in the address if it is another one."""
    today = timezone.localdate()
    names = {0: "Today", 6: "Last 7 days", 29: "Last 30 days"}
    periods = {today - timedelta(days=days): name for days, name in names.items()}
    if chosen:
        periods.setdefault(chosen, f"Since {date_format(chosen, 'j M Y')}")
    return list(periods.items())


def _moment(cursor: str) -> datetime | None:
    """Where the page before ended: a moment, which stays true whatever is added or deleted."""
    try:
        moment = datetime.fromisoformat(cursor.partition("_")[0])  # earlier releases added an id
    except ValueError:
        return None
    usable = timezone.is_aware(moment) and 2000 < moment.year < 9000
    return moment if usable else None


def _address(request: HttpRequest, older: datetime) -> str:
    query = request.GET.copy()
    query["after"] = older.isoformat()
    return f"?{query.urlencode()}"


def _days(found: list[FormRow]) -> list[tuple[date, list[Any]]]:
    days: dict[date, list[Any]] = {}
    for row in found:
        days.setdefault(timezone.localdate(row.run.listed_at), []).append(row)
    return list(days.items())
