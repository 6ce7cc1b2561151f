"""The runs that fit filters and a search, newest first, a batch at a time.

Filters alone are the database's to plan. With a search too, it may walk through every run with a
common word for the five that are starred: so the search is followed along its index and the
filters along theirs, in turn, and whichever fills the page first is enough.
"""

from __future__ import annotations

from dataclasses import dataclass
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
    may_see: Q,
    wanted: HistoryFilters,
    before: datetime | None,
    enough: Callable[[list[Match]], bool],
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


def fits(may_see: Q, wanted: HistoryFilters) -> Q:
    """Return what a run has to fulfil beside the search and the days."""
    seen = [may_see] if may_see else []
    return Q(*conditions(wanted.filters | ({"q": wanted.q} if wanted.q else {})), *seen)


def _ways(may_see: Q, wanted: HistoryFilters, before: datetime | None) -> Iterator[Way]:
    fit = fits(may_see, wanted)
    if wanted.terms:
        yield _along_search(wanted.terms, fit, wanted, before)
    if fit or not wanted.terms:
        yield _along_filters(fit, wanted, before)


def _along_filters(fit: Q, wanted: HistoryFilters, before: datetime | None) -> Way:
    """Runs that fit the filters, each looked at whether it has the words."""
    runs, seen = Run.objects.filter(fit).between(wanted.start, wanted.end), set[object]()
    # The rows of a tag know the moments of their runs, and have an index of their own.
    order = "run_tags__listed_at" if "tag" in wanted.filters else "listed_at"
    runs = runs.before(before).order_by(f"-{order}")
    for size in _sizes():
        batch = _matches(runs[:size], keys=bool(wanted.terms))
        new = [match for match in batch if match.run not in seen]
        if wanted.terms:
            keys = set(index.among(wanted.terms, [match.key for match in new]))
            new = [match for match in new if match.key in keys]
        yield new, len(batch) < size
        # Goes on with the last moment, of which there may be more runs.
        runs, seen = runs.filter(listed_at__lte=batch[-1].listed_at), {one.run for one in batch}


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
