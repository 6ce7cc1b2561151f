"""Experiments: comparisons whose rows are the cases of a test set, and their columns variants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from playground.experiments.models.test_set import Case, Version
from playground.experiments.rules.titles import words_of
from playground.runs.grid import COLUMNS
from playground.runs.models.comparison import Comparison
from playground.runs.parameters import ParametersField

if TYPE_CHECKING:
    from collections.abc import Mapping


class State(models.TextChoices):
    RUNNING = "running"
    PAUSED = "paused"
    ENDING = "ending"  # nothing more is asked; what was sent goes on
    ENDED = "ended"


class Experiment(models.Model):
    """What is planned: every case with every variant, so many times.

    Its runs are cells of its comparison. They are created from cell 0 on; `made` says how many.
    """

    comparison = models.OneToOneField(
        Comparison, primary_key=True, on_delete=models.CASCADE, related_name="experiment"
    )
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="experiments")
    repeats = models.PositiveSmallIntegerField(default=1)
    total = models.PositiveIntegerField(help_text="cells that are planned")
    made = models.PositiveIntegerField(default=0, help_text="cells whose runs were created")
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    why = models.CharField(max_length=400, blank=True, help_text="why it waits or is paused")
    form_token = models.CharField(max_length=64, unique=True)
    form_digest = models.CharField(max_length=64)
    revision = models.PositiveIntegerField(default=0, help_text="counts every end and mark")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="experiment_state"),
            models.CheckConstraint(condition=Q(repeats__gte=1), name="experiment_repeats"),
            models.CheckConstraint(
                condition=Q(made__lte=models.F("total")), name="made_at_most_planned"
            ),
        ]

    def __str__(self) -> str:
        return f"experiment {self.pk}"

    def get_absolute_url(self) -> str:
        return self.comparison.get_absolute_url()

    def place(self, cell: int) -> tuple[int, int, int]:
        """Return case, variant and repeat of a planned cell, each from 0: row by row."""
        case, column = divmod(cell, self.columns)
        return case, *divmod(column, self.repeats)

    @property
    def columns(self) -> int:
        """Runs of each case: variants × repeats."""
        return len(self.variants.all()) * self.repeats


class Variant(models.Model):
    """A column: what is asked, of which model, with which options."""

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="variants")
    position = models.PositiveSmallIntegerField()
    model_id = models.CharField(max_length=200)
    prompt = models.TextField()
    system_prompt = models.TextField(blank=True)
    temperature = models.FloatField(null=True, blank=True)
    max_tokens = models.PositiveIntegerField(null=True, blank=True)
    reasoning = models.BooleanField(default=False)
    priority = models.CharField(max_length=20, default="latency")
    max_edge = models.PositiveIntegerField(default=0, help_text="pixels; 0: images as they came")
    parameters = ParametersField(help_text="what is not in it is not sent")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["experiment", "position"], name="one_variant_a_column"),
            models.CheckConstraint(condition=Q(position__lt=COLUMNS), name="variants_fit_a_row"),
        ]

    def __str__(self) -> str:
        return self.model_id

    def question(self, case: Case) -> str:
        """Return the text before its variables are filled in."""
        return case.question or self.prompt


class Rule(models.Model):
    """How answers are marked, as written down in JSON: `{"rule": "number", "within": 0.005}`."""

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="rules")
    position = models.PositiveSmallIntegerField()
    options: Mapping[str, Any] | Any = models.JSONField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["experiment", "position"], name="one_rule_a_place")
        ]

    def __str__(self) -> str:
        return words_of(self.options)
