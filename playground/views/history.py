"""The History screen: every form once, newest first, filtered by what the address says."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from playground.history_form import PROVIDERS, HistoryForm
from playground.models import Run
from playground.services import history as finding
from playground.services import offers, tagging
from playground.services.deletion import just_deleted
from playground.services.history_rows import FormRow, rows
from playground.views.moments import moment_or_none
from playground.visitors import visitor_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from playground.visitors import Visitor


@require_safe
def history(request: HttpRequest) -> HttpResponse:
    form, visitor = HistoryForm(request.GET), visitor_of(request)
    visible = Run.objects.visible_to(visitor)
    wanted = form.wanted()
    after = request.GET.get("after", "")
    before = None if wanted.ranked else moment(after)
    skipped = number(after) if wanted.ranked else 0
    if wanted.ranked:
        page = finding.best(visitor, wanted, skipped)
    else:
        page = finding.page(visitor, wanted, before)
    found = rows(visible, page.found, wanted.terms)
    context = {
        "form": form,
        "wanted": wanted,
        **_choices(form.filters(), visitor),
        "days": [(None, found)] if wanted.ranked and found else _days(found),
        "shown_day": timezone.localdate(before) if before else None,
        "older": _address(request, page.older) if page.older else "",
        "is_first_page": not before and not skipped,
        "deletion": _deletion(request),
        "back": request.GET.urlencode(),
        "any_runs": bool(page.found) or visible.exists(),
    }
    context["fragment"] = request.headers.get("HX-Request") == "true"
    template = "_history_rows.html" if context["fragment"] else "history.html"
    return render(request, template, context)


def _choices(filters: dict[str, Any], visitor: Visitor) -> dict[str, Any]:
    """What can be chosen; what the address names is a choice, whatever it is."""
    provider, tags = filters.get("provider"), tagging.known(visitor)
    known = {provider: provider} | PROVIDERS if provider else PROVIDERS
    return {
        "filters": filters,
        "known_tags": sorted({*tags, filters["tag"]}) if "tag" in filters else tags,
        "groups": offers.groups(),
        "providers": known.items(),
        "periods": _periods(filters.get("from")),
    }


def _periods(chosen: date | None) -> list[tuple[date, str]]:
    """The choices of the date filter, and the day in the address if it is another one."""
    today = timezone.localdate()
    names = {0: "Today", 6: "Last 7 days", 29: "Last 30 days"}
    periods = {today - timedelta(days=days): name for days, name in names.items()}
    if chosen:
        periods.setdefault(chosen, f"Since {date_format(chosen, 'j M Y')}")
    return list(periods.items())


def moment(cursor: str) -> datetime | None:
    """Where the page before ended: a moment, which stays true whatever is added or deleted."""
    return moment_or_none(cursor.partition("_")[0])  # earlier releases added an id


def _deletion(request: HttpRequest) -> dict[str, Any] | None:
    """What was just deleted, for as long as it can be taken back."""
    moment = moment_or_none(request.GET.get("deleted", ""))
    count = just_deleted(visitor_of(request), moment) if moment else 0
    return {"moment": moment, "count": count} if moment and count else None


def number(cursor: str) -> int:
    """How many forms the pages before have shown; nothing for what is no such number."""
    return int(cursor) if cursor.isdecimal() and len(cursor) < 6 else 0


def _address(request: HttpRequest, older: str) -> str:
    query = request.GET.copy()
    query.pop("deleted", None)
    query["after"] = older
    return f"?{query.urlencode()}"


def _days(found: list[FormRow]) -> list[tuple[date, list[Any]]]:
    days: dict[date, list[Any]] = {}
    for row in found:
        days.setdefault(timezone.localdate(row.run.listed_at), []).append(row)
    return list(days.items())
