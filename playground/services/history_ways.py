"""Ways to the runs that fit several filters, newest first, and a race between them.

A database that knows little of how often a value occurs may walk through a hundred thousand runs
of a model for the few that failed, or through every run with a common word for one's own five. So
each filter, and the search, is followed along its own index, a batch at a time in turn; the other
filters are computed for what comes along. Whichever way fills the page first is enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Case, IntegerField, Q, Value, When

from playground.models import Run, search
from playground.models.listing import condition, conditions

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from playground.history_form import Wanted
    from playground.models.run import RunQuerySet
    from playground.searching import Term

FIRST_BATCH, LARGEST_BATCH = 120, 9720  # runs; a form has seldom more than a few
COLUMNS = ("listed_at", "comparison_id", "pk")


@dataclass(frozen=True)
class Match:
    """A run that fits. key: its entry in the search index."""

    listed_at: datetime
    comparison: uuid.UUID | None
    run: uuid.UUID
    key: int

    @property
    def form(self) -> uuid.UUID:
        return self.comparison or self.run


if TYPE_CHECKING:
    Way = Iterator[tuple[list[Match], bool]]  # what a batch brought, and whether it was the last


def first_matches(
    may_see: Q, wanted: Wanted, before: datetime | None, enough: Callable[[list[Match]], bool]
) -> list[Match]:
    """Return the newest runs that fit, until they are enough or all. may_see: the visitor's."""
    ways = list(_ways(may_see, wanted, before))
    found: list[list[Match]] = [[] for _ in ways]
    while True:
        for way, matches in zip(ways, found, strict=True):
            batch, was_last = next(way)
            matches += batch
            if was_last or enough(matches):
                return matches


def fits(may_see: Q, wanted: Wanted) -> Q:
    """Return what a run has to fulfil beside the search and the days."""
    seen = [may_see] if may_see else []
    return Q(*conditions(wanted.filters | ({"q": wanted.q} if wanted.q else {})), *seen)


def _ways(may_see: Q, wanted: Wanted, before: datetime | None) -> Iterator[Way]:
    fit = fits(may_see, wanted)
    if wanted.terms:
        yield _along_search(wanted.terms, fit, wanted, before)
    alone = [condition(name, value) for name, value in wanted.filters.items()]
    alone += [may_see] if may_see else []
    for one in alone if alone or wanted.terms else [Q()]:
        runs = Run.objects.between(wanted.start, wanted.end).filter(one)
        yield _along_index(runs, fit, wanted.terms, before)


def _along_index(
    runs: RunQuerySet, fit: Q, terms: tuple[Term, ...] | None, before: datetime | None
) -> Way:
    """Runs of one filter, each looked at whether it fits the others and has the words."""
    runs, seen = runs.before(before), set[object]()
    for size in _sizes():
        batch = _matches(runs[:size], fit, keys=bool(terms))
        fresh = [match for match in batch if match[0].run not in seen]
        candidates = [match for match, does_fit in fresh if does_fit]
        if terms:
            keys = set(search.among(terms, [match.key for match in candidates]))
            candidates = [match for match in candidates if match.key in keys]
        yield candidates, len(batch) < size
        seen = {match.run for match, _ in batch}
        runs = runs.filter(listed_at__lte=batch[-1][0].listed_at) if batch else runs


def _along_search(terms: tuple[Term, ...], fit: Q, wanted: Wanted, before: datetime | None) -> Way:
    """Entries of the index that match, each looked at whether its run fits the filters."""
    since, until = bounds(wanted, before)
    for size in _sizes():
        keys = search.newest(terms, size, since=since, until=until)
        runs = Run.objects.filter(search_entry__in=keys).order_by("-search_entry")
        yield [match for match, does_fit in _matches(runs, fit) if does_fit], len(keys) < size
        until = keys[-1] if keys else since


def _matches(runs: RunQuerySet, fit: Q, *, keys: bool = True) -> list[tuple[Match, bool]]:
    """Read the runs. Whether they fit is computed beside them, so that it leads to no index."""
    computed = Case(When(fit, then=1), default=0, output_field=IntegerField()) if fit else Value(1)
    rows = runs.values_list(*COLUMNS, "search_entry" if keys else Value(0), computed)
    return [(Match(*row[:-1]), bool(row[-1])) for row in rows]


def by_key(keys: Sequence[int]) -> dict[int, Match]:
    """Return the runs of these entries; those that were deleted are missing."""
    runs = Run.objects.filter(search_entry__in=keys)
    return {match.key: match for match, _ in _matches(runs, Q())}


def _sizes() -> Iterator[int]:
    size = FIRST_BATCH
    while True:
        yield size
        size = min(size * 3, LARGEST_BATCH)


def bounds(wanted: Wanted, before: datetime | None) -> tuple[int, int]:
    """Return between which entries to search; the latter is not among them."""
    ends = [moment for moment in (wanted.end, before) if moment]
    since = search.key_of(wanted.start) if wanted.start else search.FIRST
    return since, search.key_of(min(ends)) if ends else search.LAST
