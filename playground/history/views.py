"""The History screen: every form once, newest first, filtered by what the address says."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.http import QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_safe
from django_htmx.http import replace_url

from playground.accounts.projects.models import Project
from playground.accounts.visibility import parts_seen
from playground.accounts.visitor import visitor_of
from playground.catalog import offered
from playground.connections.registry import TITLES
from playground.history import pagination as finding
from playground.history.deletion import just_deleted
from playground.history.forms import HistoryForm
from playground.history.rows import FormRow, rows
from playground.runs import tagging
from playground.runs.models.run import Run
from playground.runs.retention import going
from playground.web.fragments import is_fragment
from playground.web.params import moment_or_none, number_or_none

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from playground.accounts.visitor import Visitor

# Where a page begins, how far somebody had scrolled, and what was just deleted.
PLACES = ("after", "through", "deleted")


@require_safe
def history(request: HttpRequest) -> HttpResponse:
    form, visitor = HistoryForm(request.GET), visitor_of(request)
    wanted, visible = form.wanted(), Run.objects.visible_to(visitor)
    after, through = request.GET.get("after", ""), request.GET.get("through", "")
    before = None if wanted.ranked else moment(after)
    place = place_of(after) if wanted.ranked else finding.Place()
    if wanted.ranked:
        page = finding.best(visitor, wanted, place, place_of(through).count)
    else:
        page = finding.pages(visitor, wanted, before, moment(through))
    found = rows(visible, page.found, wanted.terms)
    context = {
        "form": form,
        "wanted": wanted,
        **_choices(form.filters(), visitor),
        **projects_of(visitor),
        "days": [(None, found)] if wanted.ranked and found else by_day(found),
        "shown_day": timezone.localdate(before) if before else None,
        "older": _address(request, after=page.older) if page.older else "",
        "is_first_page": not before and not place.count,
        "deletion": _deletion(request),
        "going": going(visitor),
        "back": _filters(request).urlencode(),
        "any_runs": bool(page.found) or _any_runs(visitor),
        "fragment": is_fragment(request),
    }
    template = "history/_rows.html" if context["fragment"] else "history/page.html"
    response = render(request, template, context)
    if context["fragment"] and after:
        last = page.found[-1].listed_at.isoformat() if page.found else ""
        end = page.older or (str(place.count + len(found)) if wanted.ranked else last)
        replace_url(
            response, reverse("history") + _address(request, **_start(request), through=end)
        )
    return response


def _start(request: HttpRequest) -> dict[str, str]:
    """Where the page begins that a further one is loaded into, if it is not the newest run."""
    shown = urlsplit(request.htmx.current_url or "").query  # type: ignore[attr-defined]
    after = QueryDict(shown).get("after", "")
    return {"after": after} if after else {}


def _choices(filters: dict[str, Any], visitor: Visitor) -> dict[str, Any]:
    """What can be chosen; what the address names is a choice, whatever it is."""
    provider, tags = filters.get("provider"), tagging.known(visitor)
    known = {provider: provider} | TITLES if provider else TITLES
    return {
        "filters": filters,
        "known_tags": sorted({*tags, filters["tag"]}) if "tag" in filters else tags,
        "groups": offered.groups(),
        "providers": known.items(),
        "periods": _periods(filters.get("from")),
    }


def _any_runs(visitor: Visitor) -> bool:
    return any(Run.objects.filter(part).exists() for part in parts_seen(visitor))


def projects_of(visitor: Visitor) -> dict[str, Any]:
    """The projects to filter by, and those to move rows into; nothing for who is in none."""
    if not visitor.projects:
        return {}
    mine = list(Project.objects.visible_to(visitor).order_by("name", "pk"))
    return {"projects": mine, "move_to": [one for one in mine if visitor.works_in(one.pk)]}


def _periods(chosen: date | None) -> list[tuple[date, str]]:
    """The choices of the date filter, and the day or time in the address if it is another one."""
    today = timezone.localdate()
    names = {0: "Today", 6: "Last 7 days", 29: "Last 30 days"}
    periods = {today - timedelta(days=days): name for days, name in names.items()}
    if chosen:
        form = "j M Y, H:i" if isinstance(chosen, datetime) else "j M Y"
        periods.setdefault(chosen, f"Since {date_format(chosen, form)}")
    return list(periods.items())


def moment(cursor: str) -> datetime | None:
    """Where the page before ended: a moment, which stays true whatever is added or deleted."""
    return moment_or_none(cursor.partition("_")[0])  # earlier releases added an id


def _deletion(request: HttpRequest) -> dict[str, Any] | None:
    """What was just deleted, for as long as it can be taken back."""
    moment = moment_or_none(request.GET.get("deleted", ""))
    count = just_deleted(visitor_of(request), moment) if moment else 0
    return {"moment": moment, "count": count} if moment and count else None


def place_of(cursor: str) -> finding.Place:
    """Where the page of best matches before ended; the beginning for what names no place."""
    count, _, rest = cursor.partition("_")  # earlier releases gave the number alone
    until, _, last = rest.partition("_")
    number = number_or_none(count, 5)
    if number is None:
        return finding.Place()
    return finding.Place(number, moment_or_none(until), last)


def _filters(request: HttpRequest) -> QueryDict:
    """What the address says of which runs are shown, without from where to where."""
    query = request.GET.copy()
    for name in PLACES:
        query.pop(name, None)
    return query


def _address(request: HttpRequest, **more: str) -> str:
    query = _filters(request)
    query.update(more)
    return f"?{query.urlencode()}"


def by_day(found: list[FormRow]) -> list[tuple[date, list[Any]]]:
    days: dict[date, list[Any]] = {}
    for row in found:
        days.setdefault(timezone.localdate(row.run.listed_at), []).append(row)
    return list(days.items())
