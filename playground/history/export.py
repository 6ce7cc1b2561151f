"""Runs as a file for spreadsheets or programs, written while it is sent, however many they are."""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from playground.exports import Manner, as_line, run_as_json, runs_as_csv
from playground.exports.redaction import shown_run
from playground.history import pagination
from playground.runs.models.run import Run

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable, Iterable, Iterator

    from playground.accounts.visitor import Visitor
    from playground.exports.redaction import Shown, ShownRun
    from playground.history.filters import HistoryFilters

MAX_EXPORTED_RUNS = 100_000
BATCH_SIZE = 50  # runs that are in memory together; an answer may have two million characters


def all_that_match(visitor: Visitor, wanted: HistoryFilters) -> Iterator[uuid.UUID]:
    """Yield the runs that fit, newest first, at most MAX_EXPORTED_RUNS."""
    return islice(pagination.walk(visitor, wanted), MAX_EXPORTED_RUNS)


def as_csv(
    visitor: Visitor, ids: Iterable[uuid.UUID], shown: Shown, *, manner: Manner
) -> Iterator[str]:
    return runs_as_csv(_shown_runs(visitor, ids, shown), manner)


def as_json_lines(visitor: Visitor, ids: Iterable[uuid.UUID], shown: Shown) -> Iterator[str]:
    for run in _shown_runs(visitor, ids, shown):
        yield as_line(run_as_json(run))


CSV, JSON_LINES = "text/csv; charset=utf-8", "application/jsonl; charset=utf-8"
# What a person may choose: the end of the file's name, its type, and what writes it.
FORMATS: dict[str, tuple[str, str, Callable[..., Iterator[str]]]] = {
    "csv": ("-for-spreadsheets.csv", CSV, partial(as_csv, manner=Manner.SPREADSHEETS)),
    "csv-exact": ("-exact.csv", CSV, partial(as_csv, manner=Manner.EXACT)),
    "jsonl": (".jsonl", JSON_LINES, as_json_lines),
}


def _shown_runs(visitor: Visitor, ids: Iterable[uuid.UUID], shown: Shown) -> Iterator[ShownRun]:
    """Load the runs a few at a time. Those of blind comparisons with hidden names are left out."""
    coming, visible = iter(ids), Run.objects.visible_to(visitor).not_sealed()
    while batch := list(islice(coming, BATCH_SIZE)):
        runs = visible.filter(pk__in=batch).select_related("comparison").in_full().in_bulk()
        for key in batch:
            if key in runs:
                yield shown_run(runs[key], shown)
