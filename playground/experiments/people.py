"""Marks that people give: each one's own, apart from all others'."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F
from django.utils import timezone

from playground.experiments.models.experiment import Experiment
from playground.experiments.models.mark import MAX_NOTE_LENGTH, Mark, Source
from playground.runs.changes import announce
from playground.runs.grid import COLUMNS
from playground.runs.status import RunStatus
from playground.storage.writes import one_at_a_time

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from playground.accounts.models import Account
    from playground.runs.models.run import Run

RIGHT, WRONG = "right", "wrong"
GRADES = ("1", "2", "3", "4", "5")
LEAST, MOST = 1, 5  # grades; as a score 0 and 1
VERDICTS = {RIGHT: True, WRONG: False}


def marks_of(account: Account | None) -> QuerySet[Mark]:
    """Return what this person has said of all answers. account: none on a local playground."""
    return Mark.objects.filter(source=Source.PERSON, account=account)


def verdicts_of(account: Account | None) -> QuerySet[Mark]:
    """Return those of them that say more than a note."""
    return marks_of(account).exclude(right=None, score=None)


def value_of(mark: Mark | None) -> str:
    """Return the choice that a mark stands for; empty where there is none."""
    if mark is None or mark.score is None:
        return ""
    if mark.right is not None:
        return RIGHT if mark.right else WRONG
    return str(round(mark.score * (MOST - LEAST)) + LEAST)


def give(
    experiment: Experiment, account: Account | None, said: Mapping[Run, tuple[str, str]]
) -> None:
    """Keep what a person says of answers: a choice and a note for each; neither takes it back.

    Of two tabs at once the later one counts. A choice that is not known is no choice, and a note
    alone is kept without being a mark.
    """
    with one_at_a_time("marks"):
        for run, (value, note) in said.items():
            _give(run, account, value, note)
        Experiment.objects.filter(pk=experiment.pk).update(revision=F("revision") + 1)
        announce(experiment.pk)


def _give(run: Run, account: Account | None, value: str, note: str) -> None:
    is_mark = value in VERDICTS or value in GRADES
    if not is_mark and not note:
        marks_of(account).filter(run=run).delete()
        return
    Mark.objects.update_or_create(
        run=run,
        source=Source.PERSON,
        account=account,
        defaults={
            "right": VERDICTS.get(value),
            "score": _score(value) if is_mark else None,
            "note": note[:MAX_NOTE_LENGTH],
            "at": timezone.now(),
        },
    )


def _score(value: str) -> float:
    return (int(value) - LEAST) / (MOST - LEAST) if value in GRADES else float(value == RIGHT)


def unmarked_rows(experiment: Experiment, account: Account | None) -> list[int]:
    """Return the rows with an answer that this person has not marked, in their order."""
    answered = experiment.comparison.cells().filter(status=RunStatus.COMPLETED)
    mine = verdicts_of(account).filter(run__comparison=experiment.pk).values("run")
    places = answered.exclude(pk__in=mine).values_list("position", flat=True)
    return sorted({place // COLUMNS for place in places})


def by_run(account: Account | None, runs: list[Run]) -> dict[uuid.UUID, Mark]:
    return {
        mark.run_id: mark for mark in marks_of(account).filter(run__in=[one.pk for one in runs])
    }
