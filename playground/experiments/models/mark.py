"""Marks: whether an answer is right, by a rule, by a person or by a model that judges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone

from playground.accounts.models import Account
from playground.experiments.models.experiment import Experiment, Rule
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run

if TYPE_CHECKING:
    from typing import Self

MAX_READ_LENGTH = 300
MAX_NOTE_LENGTH = 1000


class Source(models.TextChoices):
    RULE = "rule"
    PERSON = "person", "People"
    JUDGE = "judge"


class Judge(models.Model):
    """A model that sees the images of a case and marks the answers by a rubric.

    Its runs are cells of a comparison of their own, each at the place of the answer it is about.
    """

    comparison = models.OneToOneField(
        Comparison, on_delete=models.CASCADE, related_name="judge", null=True
    )
    is_asking = models.BooleanField(default=True, help_text="whether answers are still to come")
    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="judges")
    model_id = models.CharField(max_length=200)
    rubric = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["experiment", "model_id"], name="one_judge_a_model")
        ]

    def __str__(self) -> str:
        return self.model_id


class MarkQuerySet(models.QuerySet["Mark"]):
    def deciding(self, source: str) -> Self:
        """Those by which a source says what is right: of the rules, the first one's."""
        found = self.filter(source=source)
        return found.filter(rule__position=0) if source == Source.RULE else found


class Mark(models.Model):
    """What one source says of one answer. right: null where it decides nothing."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="marks")
    source = models.CharField(max_length=10, choices=Source)
    rule = models.ForeignKey(
        Rule, null=True, blank=True, on_delete=models.CASCADE, related_name="marks"
    )
    account = models.ForeignKey(
        Account,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="marks",
        help_text="none: a person on a local playground",
    )
    judge = models.ForeignKey(
        Judge, null=True, blank=True, on_delete=models.CASCADE, related_name="marks"
    )
    judge_run = models.OneToOneField(
        Run, null=True, blank=True, on_delete=models.SET_NULL, related_name="judged"
    )
    right = models.BooleanField(null=True)
    score = models.FloatField(null=True, blank=True, help_text="0 to 1")
    read = models.CharField(
        max_length=MAX_READ_LENGTH, blank=True, help_text="what the answer was read as"
    )
    note = models.CharField(max_length=MAX_NOTE_LENGTH, blank=True, help_text="why")
    at = models.DateTimeField(default=timezone.now)

    objects = MarkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(source=Source.RULE, rule__isnull=False, judge__isnull=True)
                | Q(source=Source.PERSON, rule__isnull=True, judge__isnull=True)
                | Q(source=Source.JUDGE, rule__isnull=True, judge__isnull=False),
                name="mark_has_its_source",
            ),
            models.CheckConstraint(
                condition=Q(account__isnull=True) | Q(source=Source.PERSON),
                name="only_people_have_accounts",
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__range=(0, 1)), name="score_0_to_1"
            ),
            models.UniqueConstraint(
                fields=["run", "rule"],
                condition=Q(source=Source.RULE),
                name="one_mark_a_rule",
            ),
            models.UniqueConstraint(
                fields=["run", "account"],
                condition=Q(source=Source.PERSON, account__isnull=False),
                name="one_mark_a_person",
            ),
            models.UniqueConstraint(
                fields=["run"],
                condition=Q(source=Source.PERSON, account__isnull=True),
                name="one_local_mark",
            ),
            models.UniqueConstraint(
                fields=["run", "judge"],
                condition=Q(source=Source.JUDGE),
                name="one_mark_a_judge",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} of {self.run_id}: {self.right}"
