"""The History screen: every form once, newest first, filtered by what the address says."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from playground import catalog
from playground.forms import HistoryForm
from playground.models import Run
from playground.views.ids import uuid_or_none
from playground.visitors import visitor_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from playground.models.run import RunQuerySet

PAGE = 30


@require_safe
def history(request: HttpRequest) -> HttpResponse:
    form = HistoryForm(request.GET)
    filters = form.filters()
    visible = Run.objects.visible_to(visitor_of(request))
    found = _found(visible, filters)
    rows = _after(found, request.GET.get("after", ""))[: PAGE + 1]
    runs = list(rows.prefetch_related("images__image"))
    context = {
        "form": form,
        "filters": {name: value for name, value in filters.items() if value},
        "groups": catalog.groups(),
        "periods": _periods(filters["from"]),
        "days": _days(runs[:PAGE]),
        "shown_day": _shown_day(request.GET.get("after", "")),
        "older": _address(request, runs[PAGE - 1]) if len(runs) > PAGE else "",
        "is_first_page": not request.GET.get("after"),
        "any_runs": bool(runs) or visible.exists(),
    }
    context["fragment"] = request.headers.get("HX-Request") == "true"
    page = "_history_rows.html" if context["fragment"] else "history.html"
    return render(request, page, context)


def _periods(chosen: date | str) -> list[tuple[date, str]]:
    """The choices of the date filter, and the day in the address if it is another one."""
    today = timezone.localdate()
    names = {0: "Today", 6: "Last 7 days", 29: "Last 30 days"}
    periods = {today - timedelta(days=days): name for days, name in names.items()}
    if isinstance(chosen, date):
        periods.setdefault(chosen, f"Since {date_format(chosen, 'j M Y')}")
    return list(periods.items())


def _found(visible: RunQuerySet, filters: dict[str, Any]) -> RunQuerySet:
    names = ("q", "model", "status")
    wanted = {name: filters[name] for name in names if filters[name]}
    matching = visible.matching(**wanted)
    if filters["starred"]:
        matching = matching.filter(starred=True)
    narrowed = wanted or filters["starred"]
    runs = visible.leading_any_of(matching) if narrowed else visible.leads()
    return runs.between(_start(filters["from"]), _end(filters["to"])).for_list()


def _start(day: date | str) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if isinstance(day, date) else None


def _end(day: date | str) -> datetime | None:
    return _start(day + timedelta(days=1)) if isinstance(day, date) else None


def _after(runs: RunQuerySet, cursor: str) -> RunQuerySet:
    """Continue behind the run named by the cursor: pages stay right while new runs arrive."""
    last = _cursor(cursor)
    return runs.older_than(last) if last else runs


def _cursor(cursor: str) -> Run | None:
    """Where the page before ended: the moment and the id, which stay true if that run is gone."""
    moment, _, key = cursor.partition("_")
    run_id = uuid_or_none(key)
    try:
        created_at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    if not run_id or timezone.is_naive(created_at) or not 2000 < created_at.year < 9000:
        return None
    return Run(pk=run_id, created_at=created_at)


def _shown_day(cursor: str) -> date | None:
    """The day whose heading the page before has shown already."""
    last = _cursor(cursor)
    return timezone.localdate(last.created_at) if last else None


def _address(request: HttpRequest, last: Run) -> str:
    query = request.GET.copy()
    query["after"] = f"{last.created_at.isoformat()}_{last.pk}"
    return f"?{query.urlencode()}"


def _days(runs: list[Run]) -> list[tuple[date, list[Run]]]:
    days: dict[date, list[Run]] = {}
    for run in runs:
        days.setdefault(timezone.localdate(run.created_at), []).append(run)
    return list(days.items())
