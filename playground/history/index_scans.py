"""The runs that fit filters and a search, newest first, a batch at a time.

Filters alone are the database's to plan. With a search too, it may walk through every run with a
common word for the five that are starred: so the search is followed along its index and the
filters along theirs, in turn, and whichever fills the page first is enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from itertools import chain
from operator import or_
from typing import TYPE_CHECKING

from django.db.models import Q, Value

from playground.runs.listing import conditions
from playground.runs.models.run import Run
from playground.runs.search import index

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from playground.history.filters import HistoryFilters
    from playground.runs.models.run import RunQuerySet
    from playground.runs.search import Term

    Way = Iterator[tuple[list["Match"], bool]]  # what a batch brought, and whether it was the last

FIRST_BATCH_SIZE, MAX_BATCH_SIZE = 120, 9720  # runs; a form has seldom more than a few
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


def first_matches(
    seen: Sequence[Q],
    wanted: HistoryFilters,
    before: datetime | None,
    enough: Callable[[list[Match]], bool],
) -> list[Match]:
    """Return the newest runs that fit, until they are enough or all.

    seen: what the visitor sees, in parts that are read each along its own index.
    """
    ways = list(_ways(seen, wanted, before))
    found: list[list[Match]] = [[] for _ in ways]
    while True:
        for way, matches in zip(ways, found, strict=True):
            batch, was_last = next(way)
            matches += batch
            if was_last or enough(matches):
                return matches


def fits(seen: Sequence[Q], wanted: HistoryFilters) -> Q:
    """Return what a run has to fulfil beside the search and the days."""
    return _filtered(wanted, reduce(or_, seen))


def _filtered(wanted: HistoryFilters, seen: Q) -> Q:
    asked = conditions(wanted.filters | ({"q": wanted.q} if wanted.q else {}))
    return Q(*asked, *([seen] if seen else []))


def _ways(seen: Sequence[Q], wanted: HistoryFilters, before: datetime | None) -> Iterator[Way]:
    fit = fits(seen, wanted)
    if wanted.terms:
        yield _along_search(wanted.terms, fit, wanted, before)
    if fit or not wanted.terms:
        yield _along_filters([_filtered(wanted, one) for one in seen], wanted, before)


def _along_filters(parts: Sequence[Q], wanted: HistoryFilters, before: datetime | None) -> Way:
    """Runs that fit the filters, each looked at whether it has the words."""
    seen = set[object]()
    # The rows of a tag know the moments of their runs, and have an index of their own.
    order = "run_tags__listed_at" if "tag" in wanted.filters else "listed_at"
    ways = [Run.objects.filter(fit).between(wanted.start, wanted.end) for fit in parts]
    ways = [runs.before(before).order_by(f"-{order}") for runs in ways]
    for size in _sizes():
        batch = _newest(ways, size, keys=bool(wanted.terms))
        new = [match for match in batch if match.run not in seen]
        if wanted.terms:
            keys = set(index.among(wanted.terms, [match.key for match in new]))
            new = [match for match in new if match.key in keys]
        yield new, len(batch) < size
        # Goes on with the last moment, of which there may be more runs.
        ways = [runs.filter(listed_at__lte=batch[-1].listed_at) for runs in ways]
        seen = {one.run for one in batch}


def _newest(ways: Sequence[RunQuerySet], size: int, *, keys: bool) -> list[Match]:
    """Return the newest of several parts together, at most `size`."""
    found = [_matches(runs[:size], keys=keys) for runs in ways]
    if len(found) == 1:
        return found[0]
    return sorted(chain.from_iterable(found), key=lambda one: one.listed_at, reverse=True)[:size]


def _along_search(
    terms: tuple[Term, ...], fit: Q, wanted: HistoryFilters, before: datetime | None
) -> Way:
    """Entries of the index that match, each looked at whether its run fits the filters."""
    since, until = bounds(wanted, before)
    for size in _sizes():
        keys = index.newest(terms, size, since=since, until=until)
        found = by_key(keys, fit)
        yield [found[key] for key in keys if key in found], len(keys) < size
        until = keys[-1] if keys else since


def _matches(runs: RunQuerySet, *, keys: bool = True) -> list[Match]:
    rows = runs.values_list(*COLUMNS, "search_entry" if keys else Value(0))
    return [Match(*row) for row in rows]


def by_key(keys: Sequence[int], fit: Q) -> dict[int, Match]:
    """Return the runs of these entries that fit; those that were deleted are missing."""
    return {match.key: match for match in _matches(Run.objects.filter(fit, search_entry__in=keys))}


def _sizes() -> Iterator[int]:
    size = FIRST_BATCH_SIZE
    while True:
        yield size
        size = min(size * 3, MAX_BATCH_SIZE)


def bounds(wanted: HistoryFilters, before: datetime | None) -> tuple[int, int]:
    """Return between which entries to search; the latter is not among them."""
    ends = [moment for moment in (wanted.end, before) if moment]
    since = index.key_of(wanted.start) if wanted.start else index.FIRST
    return since, index.key_of(min(ends)) if ends else index.LAST
