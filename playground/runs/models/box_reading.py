"""How somebody said that a model's boxes are to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from playground.accounts.models import Account
from playground.accounts.visibility import OwnedQuerySet, one_each

if TYPE_CHECKING:
    from playground.runs.models.run import Run


class BoxReadingQuerySet(OwnedQuerySet["BoxReading"]):
    def of_run(self, run: Run) -> str:
        """Return the code that the run's owner chose for its model, or nothing."""
        own = self.filter(owner=run.owner_id, model_id=run.model_id)
        return own.values_list("reading", flat=True).first() or ""

    def choose(self, run: Run, reading: str) -> None:
        self.update_or_create(
            owner_id=run.owner_id, model_id=run.model_id, defaults={"reading": reading}
        )


class BoxReading(models.Model):
    """One choice for each model and owner; nobody's on a local playground."""

    owner = models.ForeignKey(Account, null=True, on_delete=models.CASCADE, db_index=False)
    model_id = models.CharField(max_length=200)
    reading = models.CharField(max_length=20, help_text="see rendering/boxes/readings.py")

    objects = BoxReadingQuerySet.as_manager()

    class Meta:
        constraints = [
            *one_each(
                "model_id", name="one_reading_a_model", local_name="one_local_reading_a_model"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model_id}: {self.reading}"
