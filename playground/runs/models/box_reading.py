"""How somebody said that a model's boxes are to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from playground.accounts.models import Account
from playground.accounts.visibility import OwnedQuerySet, one_each

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playground.runs.models.run import Run

    Readings = dict[tuple[int | None, str], str]  # codes, by owner and model


class BoxReadingQuerySet(OwnedQuerySet["BoxReading"]):
    def of_runs(self, runs: Iterable[Run]) -> Readings:
        """Return what the owners of these runs chose: in a project, runs side by side have many."""
        pairs = {(run.owner_id, run.model_id) for run in runs}
        whose = Q(*(Q(owner=owner, model_id=model) for owner, model in pairs), _connector=Q.OR)
        chosen = self.filter(whose).values_list("owner", "model_id", "reading")
        return {(owner, model): reading for owner, model, reading in chosen}

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
