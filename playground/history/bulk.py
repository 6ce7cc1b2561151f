"""What is done with several rows of History at once. A row is a run or a whole comparison."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.history import deletion
from playground.runs.models.run import Run
from playground.storage.writes import orderly_writes

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from playground.accounts.visitor import Visitor

MAX_SELECTED_ROWS = 500


@dataclass(frozen=True)
class Selection:
    """firsts: the run that stands for each row. runs: all the runs of the rows."""

    firsts: Sequence[Run]
    runs: Sequence[Run]

    def star(self, *, starred: bool) -> None:
        with orderly_writes():
            Run.objects.filter(pk__in=[run.pk for run in self.firsts]).update(starred=starred)

    def otherwise_than(self, shown: Mapping[uuid.UUID, int | None]) -> str:
        """Say which row is not what was seen when it was ticked; blank where all are.

        shown: how many runs the row of each run showed, None where nobody said.
        """
        count = Counter(run.comparison_id for run in self.runs)
        for run in self.firsts:
            seen, there = shown.get(run.pk), count[run.comparison_id]
            if run.comparison_id and seen not in (None, there):
                return (
                    f"A comparison has changed since you ticked it: {seen} runs were shown, "
                    f"{there} are there. Nothing was deleted. Look at it, then press Delete again."
                )
        return ""

    def delete(self) -> tuple[datetime | None, int]:
        """Hide the rows. Returns the moment, and how many rows are being sent and were left."""
        forms: dict[uuid.UUID, list[Run]] = {}
        for run in self.runs:
            forms.setdefault(run.comparison_id or run.pk, []).append(run)
        ready = {form: runs for form, runs in forms.items() if deletion.end(runs)}
        gone = [run for runs in ready.values() for run in runs]
        return (deletion.delete(gone) if gone else None), len(forms) - len(ready)


def select(visitor: Visitor, ids: Sequence[uuid.UUID]) -> Selection:
    """Return the rows that these runs stand for, as far as the visitor may see them."""
    visible = Run.objects.visible_to(visitor).for_list()
    firsts = list(visible.filter(pk__in=ids).order_by("-listed_at"))
    comparisons = {run.comparison_id for run in firsts if run.comparison_id}
    runs = {run.pk: run for run in firsts}
    if comparisons:
        inside = visible.filter(comparison__in=comparisons).order_by("-listed_at", "position")
        runs |= {run.pk: run for run in inside}
    return Selection(firsts, list(runs.values()))
