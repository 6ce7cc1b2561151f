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
    from playground.runs.models.run import Run


@dataclass(frozen=True)
class Timing:
    """One bar. All times in seconds; scale: the whole width. median: of the model here, or None."""

    run: Run
    model: Model
    waited: float
    total: float
    median: float | None
    scale: float


def timings(cells: Sequence[Run]) -> list[Timing]:
    """Return the bars of the cells that completed, fastest first."""
    ended = [run for run in cells if run.status == RunStatus.COMPLETED]
    medians = {run.pk: usual(run.model_id) for run in ended}
    known = [one.median for one in medians.values() if one]
    scale = max([run.elapsed for run in ended] + known, default=0) * 1.1 or 1.0
    bars = []
    for run in sorted(ended, key=lambda run: run.elapsed):
        own = medians[run.pk]
        median = own.median if own else None
        model = entries.find(run.model_id)
        bars.append(
            Timing(run, model, min(run.waited or 0, run.elapsed), run.elapsed, median, scale)
        )
    return bars
