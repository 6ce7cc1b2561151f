"""Votes on blind comparisons: who can be voted for, giving a vote, showing the names.

Only an answer counts that the voter could read: the models of the answers that were there when the
vote was given took part in it. What failed, is empty or looks cut off or refused cannot be voted
for and has not lost; neither has an answer that came after the vote, unless it is given again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from playground.comparisons.blind.models import Contender, Outcome, Vote
from playground.runs.models.comparison import Comparison
from playground.runs.status import RunStatus

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from playground.runs.models.run import Run

MIN_ANSWERS_FOR_A_TIE = 2


class SealedError(Exception):
    """What was asked for would say which model gave which answer of a blind comparison."""

    def __init__(self, comparison: Comparison) -> None:
        super().__init__(f"{comparison} is blind and its names are still hidden")
        self.comparison = comparison


def refuse_sealed(run: Run) -> None:
    """Raise SealedError for a run of a blind comparison whose names are still hidden."""
    if run.comparison and run.is_sealed:
        raise SealedError(run.comparison)


class FrozenError(Exception):
    """The names are known, or never were hidden: no vote is taken any more."""


class NotVotableError(Exception):
    """No vote was given that can be: none was chosen, or there is no such answer."""


@dataclass(frozen=True)
class Ballot:
    """What can be voted for now. waiting: columns without an end; left_out: ended, not votable."""

    cells: Sequence[Run]
    vote: Vote | None

    @property
    def votable(self) -> list[Run]:
        return [run for run in self.cells if is_votable(run)]

    @property
    def waiting(self) -> list[Run]:
        return [run for run in self.cells if not run.has_ended]

    @property
    def left_out(self) -> list[Run]:
        return [run for run in self.cells if run.has_ended and not is_votable(run)]

    @property
    def has_more(self) -> bool:
        """Whether answers have come that the vote does not know of."""
        return bool(self.vote and len(self.votable) > self.vote.answers)

    def outcomes(self) -> list[Outcome]:
        """Return what can be said beside naming one answer."""
        if len(self.votable) >= MIN_ANSWERS_FOR_A_TIE:
            return [Outcome.TIE, Outcome.ALL_BAD]
        return [Outcome.ALL_BAD] if self.votable else []


def is_votable(run: Run) -> bool:
    return run.status == RunStatus.COMPLETED and not run.answer_state


def vote_of(comparison: Comparison) -> Vote | None:
    return comparison.votes.select_related("winner").first()


def give(comparison: Comparison, choice: str) -> Vote:
    """Vote, or change the vote. choice: the id of a run, or the name of an outcome.

    May be called as often as one likes. Raises FrozenError, NotVotableError.
    """
    with transaction.atomic():
        _hold(comparison.pk)
        return _give(Ballot(list(comparison.cells()), None), comparison, choice)


def reveal(comparison: Comparison, choice: str = "") -> Vote:
    """Show the names for good and freeze the vote, with the choice as the last one, if any.

    Without a vote that is stored too, so that none can follow. Raises as `give`; then nothing is
    shown.
    """
    with transaction.atomic():
        _hold(comparison.pk)
        if choice:
            _give(Ballot(list(comparison.cells()), None), comparison, choice)
        now = timezone.now()
        none = {"outcome": Outcome.NONE, "answers": 0, "given_at": now, "frozen_at": now}
        vote = Vote.objects.get_or_create(comparison=comparison, defaults=none)[0]
        Vote.objects.filter(pk=vote.pk, frozen_at__isnull=True).update(frozen_at=now)
        if Comparison.objects.sealed().filter(pk=comparison.pk).update(revealed_at=now) != 1:
            raise FrozenError
    vote.refresh_from_db()
    return vote


def _hold(comparison_id: uuid.UUID) -> None:
    """Keep others from voting or showing the names until the transaction ends.

    SQLite has one writer at a time, from the start of its transaction.
    """
    held = Comparison.objects.sealed().select_for_update().filter(pk=comparison_id)
    if not held.first():
        raise FrozenError


def _give(ballot: Ballot, comparison: Comparison, choice: str) -> Vote:
    winner = next((run for run in ballot.votable if str(run.pk) == choice), None)
    if not winner and choice not in ballot.outcomes():
        raise NotVotableError
    values = {
        "outcome": Outcome.ANSWER if winner else Outcome(choice),
        "winner": winner,
        "place": winner.position if winner else None,
        "answers": len(ballot.votable),
        "given_at": timezone.now(),
    }
    vote, made = Vote.objects.get_or_create(comparison=comparison, defaults=values)
    unfrozen = Vote.objects.filter(pk=vote.pk, frozen_at__isnull=True)
    if not made and unfrozen.update(**values) != 1:
        raise FrozenError
    _note_contenders(vote, ballot.votable, winner)
    vote.refresh_from_db()
    return vote


def _note_contenders(vote: Vote, answers: Sequence[Run], winner: Run | None) -> None:
    """Write down which models took part. One model alone has beaten nobody and is left out."""
    parts = sorted({(run.model_id, run.provider) for run in answers})
    best = (winner.model_id, winner.provider) if winner else None
    vote.contenders.all().delete()
    if len({model for model, _ in parts}) > 1:
        Contender.objects.bulk_create(
            Contender(vote=vote, model_id=part[0], provider=part[1], won=part == best)
            for part in parts
        )
