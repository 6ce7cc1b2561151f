"""Comparisons: runs that one form started together."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.urls import reverse
from django.utils import timezone

from playground.models.account import Account
from playground.models.visibility import OwnedQuerySet

if TYPE_CHECKING:
    from playground.models.run import RunQuerySet


# Places in a row of a matrix: the position of a run is its row times this, plus its column.
COLUMNS = 100


class ComparisonQuerySet(OwnedQuerySet["Comparison"]):
    """Comparisons; who may see one is the business of `visible_to`."""


class Comparison(models.Model):
    """A group of runs with an address of its own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.CASCADE, related_name="comparisons"
    )
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    title = models.CharField(max_length=120, blank=True, help_text="blank: the prompt's first line")
    best = models.ForeignKey(
        "Run", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    best_why = models.CharField(max_length=300, blank=True)
    rows = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="images of a matrix, each in runs of its own; 0: none"
    )

    objects = ComparisonQuerySet.as_manager()

    def __str__(self) -> str:
        return f"comparison {self.id}"

    def get_absolute_url(self) -> str:
        return reverse("comparison", args=[self.id])

    def cells(self) -> RunQuerySet:
        """The newest attempt at each place, in the order the models were chosen."""
        attempts: RunQuerySet = self.runs.all()
        return attempts.exclude(retries__comparison=self).order_by("position", "created_at")
