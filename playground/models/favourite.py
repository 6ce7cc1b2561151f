"""Models that somebody starred: the first in the picker."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from playground.models.account import Account
from playground.models.visibility import OwnedQuerySet


class FavouriteQuerySet(OwnedQuerySet["Favourite"]):
    """Favourites are each person's own."""


class Favourite(models.Model):
    """A model and whose favourite it is; nobody's on a local playground."""

    owner = models.ForeignKey(Account, null=True, on_delete=models.CASCADE, db_index=False)
    model_id = models.CharField(max_length=200)

    objects = FavouriteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "model_id"], name="one_star_a_model"),
            models.UniqueConstraint(
                fields=["model_id"], condition=Q(owner__isnull=True), name="one_local_star_a_model"
            ),
        ]

    def __str__(self) -> str:
        return self.model_id
