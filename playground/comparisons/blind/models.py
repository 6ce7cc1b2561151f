"""Votes: which answer of a blind comparison was the best, given while the names were hidden.

A vote may change until the names are shown; then it is frozen, and a trigger of the database
refuses to change it (migration 0011). Which answers can be voted for, and who took part, is decided
in comparisons/blind/voting.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from playground.comparisons.blind.win_rates import WinRate
from playground.providers.endpoint import NO_MODEL
from playground.runs.models.comparison import Comparison, letter
from playground.runs.models.run import Run

if TYPE_CHECKING:
    from typing import Self

    from playground.accounts.visitor import Visitor


class Outcome(models.TextChoices):
    ANSWER = "answer", "One answer"
    TIE = "tie", "Tie"
    ALL_BAD = "all_bad", "All bad"
    NONE = "none", "No vote"  # the names were shown first: stored, so that no vote can follow


class Vote(models.Model):
    """The one vote of a comparison."""

    comparison = models.ForeignKey(Comparison, on_delete=models.CASCADE, related_name="votes")
    outcome = models.CharField(max_length=10, choices=Outcome)
    place = models.PositiveSmallIntegerField(null=True, blank=True, help_text="of the best answer")
    winner = models.ForeignKey(
        Run, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    answers = models.PositiveSmallIntegerField(help_text="that could be voted for at that moment")
    given_at = models.DateTimeField(default=timezone.now)
    frozen_at = models.DateTimeField(null=True, blank=True, help_text="when the names were shown")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["comparison"], name="one_vote_a_comparison"),
            models.CheckConstraint(
                condition=Q(outcome__in=Outcome.values), name="vote_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.ANSWER, place__isnull=False)
                | (~Q(outcome=Outcome.ANSWER) & Q(place__isnull=True, winner__isnull=True)),
                name="vote_for_an_answer_names_it",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.NONE) | Q(frozen_at__isnull=False),
                name="no_vote_is_final",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.letter}".strip()

    def says(self, choice: str) -> bool:
        """Whether it is for this run's id or this outcome; no choice contradicts no vote."""
        return choice in ("", str(self.winner_id), self.outcome)

    @property
    def letter(self) -> str:
        """The hidden name of the answer that it is for; empty for any other outcome."""
        return "" if self.place is None else letter(self.place)


class ContenderQuerySet(models.QuerySet["Contender"]):
    def visible_to(self, visitor: Visitor) -> Self:
        if visitor.local:
            return self
        return self.filter(vote__comparison__in=Comparison.objects.visible_to(visitor))

    def win_rates(self) -> dict[str, WinRate]:
        """Return, by model, how often it won: frozen votes that name a winner, nothing else.

        "Tie" and "all bad" count for nobody, neither as votes nor as wins: see WinRate. Nor does
        a vote where the demo or the text reader took part: whoever beat it has beaten no model.
        """
        there = Run.objects.filter(comparison=OuterRef("vote__comparison"))
        no_model = Contender.objects.filter(vote=OuterRef("vote"), provider__in=NO_MODEL)
        decided = self.filter(
            Exists(there),
            ~Exists(no_model),
            vote__frozen_at__isnull=False,
            vote__outcome=Outcome.ANSWER,
        )
        rows = decided.order_by().values("model_id")
        counts = rows.annotate(wins=Count("pk", filter=Q(won=True)), n=Count("pk"))
        return {row["model_id"]: WinRate(row["wins"], row["n"]) for row in counts}


class Contender(models.Model):
    """A model that took part in a vote: once, however many of the columns were its own.

    provider: who answered for it; empty in votes from before that was kept whose runs are gone.
    """

    vote = models.ForeignKey(Vote, on_delete=models.CASCADE, related_name="contenders")
    model_id = models.CharField(max_length=200, db_index=True)
    provider = models.CharField(max_length=50, blank=True, default="", db_default="")
    won = models.BooleanField(default=False)

    objects = ContenderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vote", "model_id", "provider"], name="one_part_a_model_of_a_provider"
            ),
            models.UniqueConstraint(
                fields=["vote"], condition=Q(won=True), name="one_winner_a_vote"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model_id}{' won' if self.won else ''}"
