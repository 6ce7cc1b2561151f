"""Finds one page of History: which forms match, newest first, without counting the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable
    from datetime import datetime

    from playground.history_form import Wanted
    from playground.models.run import RunQuerySet

PAGE = 30  # forms, a few more where several were pressed in the same moment
FIRST_READ = 4 * PAGE  # runs; a form has seldom more than a few
SMALL = 2000  # runs of one filter that are looked through rather than another filter's many

Row = tuple["datetime", "uuid.UUID | None", "uuid.UUID"]


@dataclass(frozen=True)
class Found:
    """A form and the newest of its runs that matched."""

    listed_at: datetime
    form: uuid.UUID
    run: uuid.UUID


@dataclass(frozen=True)
class Page:
    """older: where the next page begins; None at the end."""

    found: list[Found]
    older: datetime | None


def page(runs: RunQuerySet, wanted: Wanted, before: datetime | None = None) -> Page:
    """Return the page behind the moment. runs: what the visitor may see."""
    matching = matches(runs, wanted).before(before)
    size = FIRST_READ
    while True:
        rows = list(matching.values_list("listed_at", "comparison_id", "pk")[:size])
        moments = list(dict.fromkeys(row[0] for row in rows))
        if len(rows) < size or len(moments) > PAGE:
            break
        size *= 4
    last = moments[PAGE - 1] if len(moments) > PAGE else None
    return Page(_forms(row for row in rows if last is None or row[0] >= last), last)


def matches(runs: RunQuerySet, wanted: Wanted) -> RunQuerySet:
    """Return the runs that fit all filters; of several filters the rarest one leads.

    A database that knows nothing of how often a value occurs may walk through a hundred thousand
    runs of a model for the few that failed. So each filter is asked for its first runs.
    """
    runs = runs.between(wanted.start, wanted.end)
    if len(wanted.filters) > 1:
        for name, value in wanted.filters.items():
            few = _few(runs.narrowed(**{name: value}))
            if few is not None:
                return runs.filter(pk__in=few).narrowed(**wanted.filters)
    return runs.narrowed(**wanted.filters)


def _few(runs: RunQuerySet) -> list[uuid.UUID] | None:
    """Return the ids of the runs, or None where there are many."""
    found = list(runs.before(None).values_list("pk", flat=True)[: SMALL + 1])
    return found if len(found) <= SMALL else None


def _forms(rows: Iterable[Row]) -> list[Found]:
    forms: dict[uuid.UUID, Found] = {}
    for listed_at, comparison, run in rows:
        forms.setdefault(comparison or run, Found(listed_at, comparison or run, run))
    return list(forms.values())
