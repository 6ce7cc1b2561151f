"""The timing chart of a comparison: queue and inference of each cell on one scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.catalog import entries
from playground.catalog.latency import usual
from playground.runs.status import RunStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playground.catalog.entries import Model
    from playground.comparisons.differences import Column


@dataclass(frozen=True)
class Timing:
    """One bar. All times in seconds; scale: the whole width. median: of the model here, or None."""

    column: Column
    model: Model
    waited: float
    total: float
    median: float | None
    scale: float


def timings(columns: Sequence[Column]) -> list[Timing]:
    """Return the bars of the columns that completed, fastest first."""
    ended = [one for one in columns if one.run.status == RunStatus.COMPLETED]
    medians = {one.run.pk: usual(one.run.model_id) for one in ended}
    known = [one.median for one in medians.values() if one]
    scale = max([one.run.elapsed for one in ended] + known, default=0) * 1.1 or 1.0
    bars = []
    for column in sorted(ended, key=lambda one: one.run.elapsed):
        run, own = column.run, medians[column.run.pk]
        median = own.median if own else None
        model, waited = entries.find(run.model_id), min(run.waited or 0, run.elapsed)
        bars.append(Timing(column, model, waited, run.elapsed, median, scale))
    return bars
