"""Ways to the runs that fit several filters, newest first, and a race between them.

A database that knows little of how often a value occurs may walk through a hundred thousand runs
of a model for the few that failed, or through every run with a common word for one's own five. So
each filter, and the search, is followed along its own index, a batch at a time in turn; the other
filters are computed for what comes along. Whichever way fills the page first is enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from django.db.models import Case, IntegerField, Q, Value, When

from playground.runs.listing import condition, conditions
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.runs.models.tag import RunTag, Tag
from playground.runs.search import index
from playground.sharing.models import Share

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from playground.history.filters import HistoryFilters
    from playground.runs.models.run import RunQuerySet
    from playground.runs.search import Term

MAX_LINKS = 10_000  # that are looked through
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


if TYPE_CHECKING:
    Way = Iterator[tuple[list[Match], bool]]  # what a batch brought, and whether it was the last
    # At most so many, newest first, until a moment; and the moment reached, if that is not the last
    # run's.
    Reader = Callable[[RunQuerySet, int, datetime | None], tuple[RunQuerySet, datetime | None]]


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
    readers = [_reader(name, value, may_see) for name, value in wanted.filters.items()]
    readers += [_filtered(may_see)] if may_see else []
    for reader in readers if readers or wanted.terms else [_filtered(Q())]:
        yield _along_index(reader, fit, wanted, before)


def _reader(name: str, value: str, may_see: Q) -> Reader:
    """How the newest runs of a filter are read; two of them are not columns of the run."""
    if name == "tag":
        return partial(_tagged, list(Tag.objects.filter(may_see, name=value)))
    if name == "shared":
        return partial(_linked, may_see)
    return _filtered(condition(name, value))


def _filtered(one: Q) -> Reader:
    return lambda runs, size, _until: (runs.filter(one).order_by("-listed_at")[:size], None)


def _tagged(
    tags: Sequence[Tag], runs: RunQuerySet, size: int, until: datetime | None
) -> tuple[RunQuerySet, datetime | None]:
    """Along the rows of the tag, which know the moments of their runs."""
    rows = RunTag.objects.filter(tag__in=tags).order_by("-listed_at")
    rows = rows.filter(listed_at__lte=until) if until else rows
    read = list(rows.values_list("run", "listed_at")[:size])
    reached = read[-1][1] if len(read) == size else None
    return runs.filter(pk__in=[run for run, _ in read]).order_by("-listed_at"), reached


def _linked(
    may_see: Q, runs: RunQuerySet, size: int, _until: datetime | None
) -> tuple[RunQuerySet, None]:
    """Links are made one by one: there are few, and their runs are found by their keys."""
    own = Q(run__in=Run.objects.filter(may_see)) if may_see else Q()
    own |= Q(comparison__in=Comparison.objects.filter(may_see)) if may_see else Q()
    pairs = list(Share.objects.live().filter(own).values_list("run", "comparison")[:MAX_LINKS])
    shared = Q(pk__in=[run for run, _ in pairs if run])
    shared |= Q(comparison__in=[comparison for _, comparison in pairs if comparison])
    return runs.filter(shared).order_by("-listed_at")[:size], None


def _along_index(reader: Reader, fit: Q, wanted: HistoryFilters, before: datetime | None) -> Way:
    """Runs of one filter, each looked at whether it fits the others and has the words."""
    runs, seen = Run.objects.between(wanted.start, wanted.end).before(before), set[object]()
    until = min((moment for moment in (before, wanted.end) if moment), default=None)
    for size in _sizes():
        read, reached = reader(runs, size, until)
        batch = _matches(read, fit, keys=bool(wanted.terms))
        candidates = [match for match, does_fit in batch if does_fit and match.run not in seen]
        if wanted.terms:
            keys = set(index.among(wanted.terms, [match.key for match in candidates]))
            candidates = [match for match in candidates if match.key in keys]
        yield candidates, not reached and len(batch) < size
        # Goes on with the last moment, of which there may be more runs.
        until = reached or batch[-1][0].listed_at
        runs, seen = runs.filter(listed_at__lte=until), {match.run for match, _ in batch}


def _along_search(
    terms: tuple[Term, ...], fit: Q, wanted: HistoryFilters, before: datetime | None
) -> Way:
    """Entries of the index that match, each looked at whether its run fits the filters."""
    since, until = bounds(wanted, before)
    for size in _sizes():
        keys = index.newest(terms, size, since=since, until=until)
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
    size = FIRST_BATCH_SIZE
    while True:
        yield size
        size = min(size * 3, MAX_BATCH_SIZE)


def bounds(wanted: HistoryFilters, before: datetime | None) -> tuple[int, int]:
    """Return between which entries to search; the latter is not among them."""
    ends = [moment for moment in (wanted.end, before) if moment]
    since = index.key_of(wanted.start) if wanted.start else index.FIRST
    return since, index.key_of(min(ends)) if ends else index.LAST
