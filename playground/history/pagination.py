"""Finds one page of History: which forms match, newest or best first, without counting the rest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from playground.accounts.visibility import parts_seen
from playground.history.index_scans import Match, bounds, by_key, first_matches, fits
from playground.runs.search import index

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Iterator

    from playground.accounts.visitor import Visitor
    from playground.history.filters import HistoryFilters

PAGE_SIZE = 30  # forms, a few more where several were pressed in the same moment
MAX_PAGES = 20  # that one answer shows: what somebody scrolled through before, at most
MAX_COUNTED = 300  # forms, of all that match
MAX_RANKED = 1000  # the newest runs that match, among which the best are looked for
MAX_RANKED_FILTERED = 300  # the same where filters are set


@dataclass(frozen=True)
class Page:
    """found: the first match of each form. older: what goes on behind them, blank at the end."""

    found: list[Match]
    older: str = ""


@dataclass(frozen=True)
class Place:
    """Where a page of the best matches ended, which stays true whatever is added or deleted.

    count: forms that were shown so far. until: what came since is on no later page. last: the form
    that was shown last, where it is still there.
    """

    count: int = 0
    until: datetime | None = None
    last: str = ""

    def __str__(self) -> str:
        until = self.until.isoformat() if self.until else ""
        return f"{self.count}_{until}_{self.last}"


def _seen(visitor: Visitor, wanted: HistoryFilters) -> list[Q]:
    return parts_seen(visitor, wanted.filters.get("project", ""))


def page(visitor: Visitor, wanted: HistoryFilters, before: datetime | None = None) -> Page:
    """Return the page of forms older than the moment."""
    if wanted.is_wordless:
        return Page([])
    matches = first_matches(_seen(visitor, wanted), wanted, before, _fill_a_page)
    moments = list(dict.fromkeys(match.listed_at for match in matches))
    if len(moments) <= PAGE_SIZE:
        return Page(_forms(matches))
    last = moments[PAGE_SIZE - 1]
    return Page(_forms(one for one in matches if one.listed_at >= last), last.isoformat())


def pages(
    visitor: Visitor, wanted: HistoryFilters, before: datetime | None, through: datetime | None
) -> Page:
    """Return the page, and those behind it down to the moment that a reader had come to."""
    found: list[Match] = []
    for _ in range(MAX_PAGES):
        one = page(visitor, wanted, before)
        found += one.found
        before = datetime.fromisoformat(one.older) if one.older else None
        if before is None or through is None or before <= through:
            break
    return Page(found, one.older)


def _fill_a_page(matches: list[Match]) -> bool:
    return len({match.listed_at for match in matches}) > PAGE_SIZE


def walk(visitor: Visitor, wanted: HistoryFilters) -> Iterator[uuid.UUID]:
    """Yield all runs that fit, newest form first, a part at a time."""
    before: datetime | None = None
    while not wanted.is_wordless:
        matches = first_matches(_seen(visitor, wanted), wanted, before, _fill_a_part)
        moments = list(dict.fromkeys(match.listed_at for match in matches))
        before = moments[MAX_COUNTED - 1] if len(moments) > MAX_COUNTED else None
        yield from (one.run for one in matches if not before or one.listed_at >= before)
        if not before:
            return


def _fill_a_part(matches: list[Match]) -> bool:
    return len({match.listed_at for match in matches}) > MAX_COUNTED


def best(visitor: Visitor, wanted: HistoryFilters, after: Place, through: int = 0) -> Page:
    """Return forms by how well they match among the newest MAX_RANKED that do: a page of them,
    or as many as a reader had come to."""
    terms = wanted.terms
    if not terms:
        return Page([])
    if after.until:
        wanted = replace(wanted, end=min(filter(None, (wanted.end, after.until))))
    since, until = bounds(wanted, None)
    if fits(_seen(visitor, wanted), wanted):
        matches = first_matches(_seen(visitor, wanted), wanted, None, _are_ranked)
        keys = index.ranked_among(terms, [match.key for match in matches])
    else:
        keys = index.ranked(terms, MAX_RANKED, since=since, until=until)
    there = by_key(keys, Q())
    forms = _forms(there[key] for key in keys if key in there)
    start = _behind(forms, after)
    end = min(max(start + PAGE_SIZE, through), start + PAGE_SIZE * MAX_PAGES)
    if len(forms) <= end:
        return Page(forms[start:])
    newest = max(one.listed_at for one in forms) + timedelta(microseconds=1)
    return Page(forms[start:end], str(Place(end, after.until or newest, str(forms[end - 1].form))))


def _behind(forms: list[Match], after: Place) -> int:
    """Return where the page goes on: behind the form that was shown last."""
    places = (place for place, one in enumerate(forms, start=1) if str(one.form) == after.last)
    return next(places, after.count)


def _are_ranked(matches: list[Match]) -> bool:
    return len(matches) >= MAX_RANKED_FILTERED


def _forms(matches: Iterable[Match]) -> list[Match]:
    forms: dict[uuid.UUID, Match] = {}
    for match in matches:
        forms.setdefault(match.form, match)
    return list(forms.values())
