"""What a row of History shows of a form: its first run, and how its runs stand together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.models import RunStatus
from playground.models.share import with_badges

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime
    from decimal import Decimal
    from typing import Any

    from playground.models import Run
    from playground.models.run import RunQuerySet
    from playground.services.history import Found

CELL = ("pk", "comparison_id", "retry_of_id", "price", "units", "finished_at", "status")


@dataclass(frozen=True)
class Cell:
    """One run of a form, as far as a sum over the form needs it."""

    run: uuid.UUID
    comparison: uuid.UUID | None
    retry_of: uuid.UUID | None
    price: Decimal | None
    units: int
    finished_at: datetime | None
    status: str

    @property
    def form(self) -> uuid.UUID:
        return self.comparison or self.run


@dataclass(frozen=True)
class FormRow:
    """One row. run: the first of the form. count: its places; a retry is no further place."""

    run: Run
    cells: Sequence[Cell]

    @property
    def address(self) -> str:
        return (self.run.comparison or self.run).get_absolute_url()

    @property
    def title(self) -> str:
        return self.run.comparison.title if self.run.comparison else ""

    @property
    def count(self) -> int:
        return sum(not cell.retry_of for cell in self.cells)

    @property
    def running(self) -> bool:
        return any(cell.status not in RunStatus.ended() for cell in self.cells)

    @property
    def price(self) -> Decimal | None:
        prices = [cell.price for cell in self.cells if cell.price is not None]
        return sum(prices[1:], prices[0]) if prices else None

    @property
    def units(self) -> int:
        return sum(cell.units for cell in self.cells)

    @property
    def seconds(self) -> float | None:
        """From the press to the end of the last run; None while one runs or without an answer."""
        if not self.run.comparison_id:
            return self.run.elapsed if self.run.status == RunStatus.COMPLETED else None
        ends = [cell.finished_at for cell in self.cells if cell.finished_at]
        if self.running or not ends:
            return None
        return (max(ends) - self.run.created_at).total_seconds()


def rows(runs: RunQuerySet, found: Sequence[Found]) -> list[FormRow]:
    """Return a row for each form, in the order given. runs: what the visitor may see."""
    moments = {one.listed_at for one in found}
    cells: dict[uuid.UUID, list[Cell]] = {one.form: [] for one in found}
    among = runs.filter(listed_at__in=moments).order_by("position", "created_at")
    values: Any = among.values_list(*CELL)
    for cell in (Cell(*value) for value in values):
        if cell.form in cells:
            cells[cell.form].append(cell)
    firsts = _first_runs(runs, [_first(group) for group in cells.values() if group])
    return [
        FormRow(firsts[_first(group)], group)
        for group in cells.values()
        if group and _first(group) in firsts
    ]


def _first(cells: Sequence[Cell]) -> uuid.UUID:
    return next((cell.run for cell in cells if not cell.retry_of), cells[0].run)


def _first_runs(runs: RunQuerySet, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Run]:
    """Load what is shown of these runs; one that was deleted a moment ago is missing."""
    listed = runs.filter(pk__in=ids).for_list().with_excerpt().select_related("comparison")
    return {run.pk: run for run in with_badges(listed).prefetch_related("images__image")}
