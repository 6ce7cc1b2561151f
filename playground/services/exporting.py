"""Runs as a file for spreadsheets or programs, written while it is sent, however many they are."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from playground.models import Run
from playground.representations import as_line, run_as_json, runs_as_csv
from playground.services import history
from playground.shown import shown_run

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable, Iterable, Iterator

    from playground.history_form import Wanted
    from playground.shown import Shown, ShownRun
    from playground.visitors import Visitor

MOST_RUNS = 100_000
AT_ONCE = 50  # runs that are in memory together; an answer may have two million characters


def all_that_match(visitor: Visitor, wanted: Wanted) -> Iterator[uuid.UUID]:
    """Yield the runs that fit, newest first, at most MOST_RUNS."""
    return islice(history.walk(visitor, wanted), MOST_RUNS)


def as_csv(visitor: Visitor, ids: Iterable[uuid.UUID], shown: Shown) -> Iterator[str]:
    return runs_as_csv(_shown_runs(visitor, ids, shown))


def as_json_lines(visitor: Visitor, ids: Iterable[uuid.UUID], shown: Shown) -> Iterator[str]:
    for run in _shown_runs(visitor, ids, shown):
        yield as_line(run_as_json(run))


FORMATS: dict[str, tuple[str, Callable[..., Iterator[str]]]] = {
    "csv": ("text/csv; charset=utf-8", as_csv),
    "jsonl": ("application/jsonl; charset=utf-8", as_json_lines),
}


def _shown_runs(visitor: Visitor, ids: Iterable[uuid.UUID], shown: Shown) -> Iterator[ShownRun]:
    """Load the runs a few at a time. Those of blind comparisons with hidden names are left out."""
    coming, visible = iter(ids), Run.objects.visible_to(visitor).not_sealed()
    while batch := list(islice(coming, AT_ONCE)):
        runs = visible.filter(pk__in=batch).select_related("comparison").with_images().in_bulk()
        for key in batch:
            if key in runs:
                yield shown_run(runs[key], shown)
