"""What can be done with a matrix afterwards: further columns, retries, an end to the waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from playground.matrix import MOST_CELLS
from playground.models import Comparison, Run, RunStatus
from playground.models.comparison import COLUMNS
from playground.services.acceptance import refuse_unfit
from playground.services.comparisons import TooManyCellsError
from playground.services.submission import (
    copy_of,
    retry,
    retry_token,
    start,
    stored_token,
)

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Sequence


def retry_failed(comparison: Comparison, named: Iterable[uuid.UUID]) -> list[Run]:
    """Ask again for each of the named cells that failed and was not retried yet; all or none.

    The names make a second press harmless: what the first one retried is no cell any more. A cell
    of unknown outcome may have been billed and is never among them.
    """
    failed = comparison.cells().filter(pk__in=list(named), status=RunStatus.FAILED)
    with transaction.atomic():
        return [retry(run, retry_token(run, made=0)) for run in failed.prefetch_related("images")]


def cancel_waiting(comparison: Comparison) -> int:
    """Cancel the cells that were not sent yet; returns how many. What was sent goes on."""
    waiting = comparison.cells().filter(status=RunStatus.QUEUED)
    return sum(run.cancel_unsent() for run in waiting)


def add_columns(comparison: Comparison, models: Sequence[str], token: str) -> list[Run]:
    """Ask further models, or the same again, about every image; once for each token.

    The cells that are there stay as they are. Raises TooManyCellsError and UnfitError.
    """
    token = stored_token(token, comparison.owner)
    with transaction.atomic():
        # Two presses at once would take the same column, and together exceed the limit.
        Comparison.objects.select_for_update().get(pk=comparison.pk)
        made = list(Run.everything.filter(form_token=token))
        return made or _added(comparison, models, token)


def _added(comparison: Comparison, models: Sequence[str], token: str) -> list[Run]:
    cells = list(comparison.cells().prefetch_related("images"))
    firsts = {run.row: run for run in reversed(cells)}
    column = max((run.column for run in comparison.runs.only("position")), default=0) + 1
    too_many = len(cells) + len(firsts) * len(models) > MOST_CELLS
    if not cells or too_many or column + len(models) > COLUMNS:
        raise TooManyCellsError
    refuse_unfit(cells[0], models)
    runs = [
        copy_of(first, token, model=model, position=row * COLUMNS + column + offset)
        for row, first in sorted(firsts.items())
        for offset, model in enumerate(models)
    ]
    start(runs)
    return runs
