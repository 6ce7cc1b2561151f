"""Models that somebody starred, and what the runs of one came to in one day.

The days are there so that no page has to look at the runs.
"""

from datetime import date
from typing import Any, Self

from django.db import models

from playground.accounts.models import Account
from playground.accounts.visibility import OwnedQuerySet, one_each
from playground.storage.money import MONEY


class FavouriteQuerySet(OwnedQuerySet["Favourite"]):
    """Favourites are each person's own."""


class Favourite(models.Model):
    """A model and whose favourite it is; nobody's on a local playground."""

    owner = models.ForeignKey(Account, null=True, on_delete=models.CASCADE, db_index=False)
    model_id = models.CharField(max_length=200)

    objects = FavouriteQuerySet.as_manager()

    class Meta:
        constraints = [
            *one_each("model_id", name="one_star_a_model", local_name="one_local_star_a_model"),
        ]

    def __str__(self) -> str:
        return self.model_id


MAX_OUTCOMES = 30  # of the latest runs


class ModelDayQuerySet(OwnedQuerySet["ModelDay"]):
    def since(self, day: date) -> Self:
        """From this day on, the oldest first."""
        return self.filter(day__gte=day).order_by("day")


class ModelDay(models.Model):
    """One account, provider, model and day. day: in UTC, of the moment by which runs are listed.

    Runs that were cancelled, deleted, have not ended or are part of a sealed comparison do not
    count. latency: how many answers took how long, see catalog/histogram.py. latest: the day's last
    outcomes, the oldest first, `c` for completed.
    """

    owner = models.ForeignKey(Account, null=True, on_delete=models.CASCADE, db_index=False)
    provider = models.CharField(max_length=50)
    model_id = models.CharField(max_length=200)
    day = models.DateField()
    completed = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    unknown = models.PositiveIntegerField(default=0)
    latency: Any = models.JSONField(default=dict)
    latest = models.CharField(max_length=MAX_OUTCOMES, blank=True)
    units = models.PositiveIntegerField(default=0)
    priced = models.PositiveIntegerField(default=0, help_text="runs with an estimate")
    price = models.DecimalField(**MONEY, default=0)
    billed = models.PositiveIntegerField(default=0, help_text="runs with a final amount")
    charged = models.DecimalField(**MONEY, default=0)

    told = models.PositiveIntegerField(default=0, db_default=0, help_text="answers with tokens")
    tokens_in = models.PositiveBigIntegerField(default=0, db_default=0)
    tokens_out = models.PositiveBigIntegerField(default=0, db_default=0)

    objects = ModelDayQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["day"], name="model_day")]
        constraints = [
            *one_each(
                "day",
                "provider",
                "model_id",
                name="one_row_a_model_and_day",
                local_name="one_local_row_a_model_and_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model_id} of {self.provider} on {self.day}"
