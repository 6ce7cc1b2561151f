"""What can be asked in a comparison afterwards: further columns, retries, an end to the waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from playground.catalog.capabilities import refuse_unfit
from playground.runs.grid import COLUMNS
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.submission.create import start, stored_token
from playground.submission.repeat import copy_of, retry, retry_token
from playground.submission.size import MAX_COLUMNS, MAX_GRID_CELLS

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Sequence

    from playground.accounts.models import Account


class TooManyCellsError(Exception):
    """The comparison would have more cells than its screen can show."""


class NoExchangeError(Exception):
    """Each column goes on from an exchange of its own, and none of them was named."""


def most_cells(comparison: Comparison) -> int:
    """How many a comparison may have: one of images has a row for each."""
    return MAX_GRID_CELLS if comparison.rows else MAX_COLUMNS


def add(
    comparison: Comparison,
    models: Sequence[str],
    token: str,
    by: Account | None = None,
    like: uuid.UUID | None = None,
) -> list[Run]:
    """Ask further models, or the same again, what each row was asked; once for each token.

    The cells that are there stay as they are. by: who presses, the owner by default. like: the cell
    whose exchange goes along, where cells follow others.
    Raises TooManyCellsError, NoExchangeError and UnfitError.
    """
    token = stored_token(token, comparison.owner)
    with transaction.atomic():
        # Two presses at once would take the same column, and together exceed the limit; and its
        # columns may be planned by now.
        comparison = Comparison.objects.select_for_update().get(pk=comparison.pk)
        made = list(Run.everything.filter(form_token=token))
        return made or _added(comparison, models, token, by or comparison.owner, like)


def _added(
    comparison: Comparison,
    models: Sequence[str],
    token: str,
    by: Account | None,
    like: uuid.UUID | None,
) -> list[Run]:
    if hasattr(comparison, "experiment") or hasattr(comparison, "judge"):
        raise TooManyCellsError  # its columns are planned
    cells = list(comparison.cells().prefetch_related("images"))
    # Without rows the places go on past the columns of a row.
    firsts = {run.row if comparison.rows else 0: run for run in reversed(cells)}
    column = _next_column(comparison)
    too_many = len(cells) + len(firsts) * len(models) > most_cells(comparison)
    if not cells or too_many or (comparison.rows and column + len(models) > COLUMNS):
        raise TooManyCellsError
    if any(run.exchange for run in cells):
        firsts = {0: _named(cells, like)}
    refuse_unfit(cells[0], models)
    runs = [
        copy_of(first, token, model=model, position=row * COLUMNS + column + offset, by=by)
        for row, first in sorted(firsts.items())
        for offset, model in enumerate(models)
    ]
    start(runs)
    return runs


def _named(cells: Sequence[Run], like: uuid.UUID | None) -> Run:
    for run in cells:
        if run.pk == like:
            return run
    raise NoExchangeError


def _next_column(comparison: Comparison) -> int:
    runs = comparison.runs.only("position")
    taken = (run.column if comparison.rows else run.position for run in runs)
    return max(taken, default=-1) + 1


def retry_failed(
    comparison: Comparison, named: Iterable[uuid.UUID], by: Account | None = None
) -> list[Run]:
    """Ask again for each of the named cells that failed and was not retried yet; all or none.

    The names make a second press harmless: what the first one retried is no cell any more. A cell
    of unknown outcome may have been billed and is never among them.
    """
    failed = comparison.cells().filter(pk__in=list(named), status=RunStatus.FAILED)
    with transaction.atomic():
        failed = failed.prefetch_related("images")
        return [retry(run, retry_token(run, made=0), by) for run in failed]


def cancel_waiting(comparison: Comparison) -> int:
    """Cancel the cells that were not sent yet; returns how many. What was sent goes on."""
    waiting = comparison.cells().filter(status=RunStatus.QUEUED)
    return sum(run.cancel_unsent() for run in waiting)
