"""Makes a test set of runs: what they were asked, with their answers as what is expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.text import Truncator

from playground.experiments import cases, test_sets
from playground.experiments.cases import Content
from playground.experiments.models.test_set import MAX_CASES, MAX_NAME_LENGTH
from playground.runs.grid import COLUMNS
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.storage.writes import orderly_writes
from playground.web.formatting import first_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from playground.accounts.models import Account
    from playground.experiments.models.test_set import Version

MAX_ORIGIN_LENGTH = 200


class NoCaseError(Exception):
    """None of the runs can become a case: their comparisons are blind and not revealed."""


def make(runs: Sequence[Run], owner: Account | None) -> Version:
    """Keep each question once, however many models were asked it: the oldest first.

    Where all were asked the same, the cases have no question of their own, so that an experiment
    can try other prompts. Raises NoCaseError and TooManyCasesError.
    """
    chosen = _one_each(runs)
    if not chosen:
        raise NoCaseError
    if len(chosen) > MAX_CASES:
        raise cases.TooManyCasesError
    prompts = {run.prompt for run in chosen}
    name = Truncator(first_line(chosen[0].prompt) or "From History").chars(MAX_NAME_LENGTH)
    asked = f", asked: {first_line(chosen[0].prompt)}" if len(prompts) == 1 else ""
    origin = Truncator(f"from History{asked}").chars(MAX_ORIGIN_LENGTH)
    with orderly_writes(), transaction.atomic():
        version = test_sets.create(name, owner, origin)
        cases.append(version, _contents(chosen, own=len(prompts) > 1), 0)
    return version


def _one_each(runs: Iterable[Run]) -> list[Run]:
    """Return one run for each question: that of the best answer, or the first that answered."""
    groups: dict[tuple[UUID, int], list[Run]] = {}
    for run in runs:
        row = run.position // COLUMNS if run.comparison_id else 0
        groups.setdefault((run.comparison_id or run.pk, row), []).append(run)
    comparisons = Comparison.objects.filter(pk__in={run.comparison_id for run in runs})
    sealed = set(comparisons.sealed().values_list("pk", flat=True))
    best = set(comparisons.values_list("best", flat=True))
    ids = [_best(group, best).pk for (key, _), group in groups.items() if key not in sealed]
    found = Run.objects.filter(pk__in=ids).prefetch_related("images__image")
    return list(found.order_by("listed_at", "position"))


def _best(group: Sequence[Run], best: set[UUID]) -> Run:
    def rank(run: Run) -> tuple[bool, bool, int]:
        return run.pk not in best, run.status != RunStatus.COMPLETED, run.position

    return min(group, key=rank)


def _contents(runs: Iterable[Run], *, own: bool) -> list[Content]:
    """Return a case for each run, with its answer as what is expected."""
    return [
        content_of(
            run,
            run.output.strip() if run.status == RunStatus.COMPLETED else "",
            question=run.prompt if own else "",
        )
        for run in runs
    ]


def content_of(run: Run, expected: str, question: str = "") -> Content:
    """Return the case that a run was about. An image that was never stored is left out."""
    images = [(one.image, one.name) for one in run.images.all() if one.image]
    return Content(
        images=tuple(images),
        question=question,
        expected=expected,
        note="" if len(images) == len(run.images.all()) else "An image was an address, not kept",
    )
