"""What can be done with a comparison afterwards: add models or repeats, name it, pick the best."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max

from playground.models import Comparison, Run
from playground.services.acceptance import refuse_unfit
from playground.services.submission import copy_of, start, stored_token

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_CELLS = 12


class TooManyCellsError(Exception):
    """The comparison would have more columns than a screen can compare."""


def add(comparison: Comparison, models: Sequence[str], token: str) -> list[Run]:
    """Ask further models, or the same again, what the first cell was asked; once for each token.

    The cells that are there stay as they are. Raises TooManyCellsError and UnfitError.
    """
    token = stored_token(token, comparison.owner)
    with transaction.atomic():
        # Two presses at once would take the same place, and together exceed the limit.
        Comparison.objects.select_for_update().get(pk=comparison.pk)
        made = list(Run.everything.filter(form_token=token))
        return made or _added(comparison, models, token)


def _added(comparison: Comparison, models: Sequence[str], token: str) -> list[Run]:
    first = comparison.cells().first()
    if not first or comparison.cells().count() + len(models) > MOST_CELLS:
        raise TooManyCellsError
    refuse_unfit(first, models)
    last = comparison.cells().aggregate(last=Max("position"))["last"]
    runs = [
        copy_of(first, token, model=model, position=last + 1 + offset)
        for offset, model in enumerate(models)
    ]
    start(runs)
    return runs


def pick(comparison: Comparison, run: Run | None, why: str = "") -> None:
    """Name the best answer and why; None takes the choice back."""
    comparison.best, comparison.best_why = run, why.strip()[:300] if run else ""
    comparison.save(update_fields=["best", "best_why"])


def rename(comparison: Comparison, title: str) -> None:
    """Give it a title; blank goes back to the prompt's first line."""
    comparison.title = title.strip()[:120]
    comparison.save(update_fields=["title"])
