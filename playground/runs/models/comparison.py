"""Comparisons: runs that one form started together."""

from __future__ import annotations

import random
import uuid
from collections import Counter
from string import ascii_uppercase
from typing import TYPE_CHECKING, TypeVar

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from playground.accounts.models import Account
from playground.accounts.projects.models import InProject
from playground.accounts.visibility import InProjectQuerySet
from playground.web.addresses import address

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from playground.runs.models.run import RunQuerySet

Cell = TypeVar("Cell")
SEALED = Q(blind=True, revealed_at__isnull=True)


def letter(place: int) -> str:
    """The name of a column whose model is hidden: A to Z, then AA and so on."""
    rest, last = divmod(place, len(ascii_uppercase))
    return (letter(rest - 1) if rest else "") + ascii_uppercase[last]


def shuffled(items: Sequence[Cell], seed: int | str | None) -> list[Cell]:
    """Return them in an order that says nothing, the same for each seed."""
    ordered = list(items)
    random.Random(seed).shuffle(ordered)  # noqa: S311 - nobody gains by guessing it
    return ordered


class ComparisonQuerySet(InProjectQuerySet["Comparison"]):
    """Comparisons; who may see one is the business of `visible_to`."""

    def there(self) -> Self:
        """Those of which a run is left: one with all its runs deleted is deleted, too."""
        runs = apps.get_model("playground", "Run").objects.filter(comparison=OuterRef("pk"))
        return self.filter(Exists(runs))

    def sealed(self) -> Self:
        """Blind ones whose names are still hidden."""
        return self.filter(SEALED)


class Comparison(InProject):
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
    blind = models.BooleanField(default=False, db_default=False, help_text="names were hidden")
    seed = models.BigIntegerField(null=True, blank=True, help_text="of a blind one's order")
    revealed_at = models.DateTimeField(null=True, blank=True, help_text="then votes are frozen")

    objects = ComparisonQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["id"], condition=SEALED, name="comparison_sealed")]
        constraints = [
            models.CheckConstraint(
                condition=Q(blind=True, seed__isnull=False) | Q(blind=False, seed__isnull=True),
                name="blind_has_a_seed",
            ),
            models.CheckConstraint(condition=Q(blind=False) | Q(rows=0), name="no_matrix_is_blind"),
            models.CheckConstraint(
                condition=Q(blind=True) | Q(revealed_at__isnull=True), name="only_blind_is_revealed"
            ),
        ]

    def __str__(self) -> str:
        return f"comparison {self.id}"

    def get_absolute_url(self) -> str:
        return address("comparison", self.id)

    def cells(self) -> RunQuerySet:
        """The newest attempt at each place, in the order the models were chosen."""
        attempts: RunQuerySet = self.runs.all()
        # Of those that are there: a retry that was deleted gives its place back.
        followed = attempts.filter(retry_of__isnull=False).values("retry_of")
        return attempts.exclude(pk__in=followed).order_by("position", "created_at")

    def states(self) -> Counter[str]:
        """Return how many of its cells are in each state."""
        states = self.cells().order_by().values_list("status")
        return Counter(dict(states.annotate(Count("pk"))))

    @property
    def is_sealed(self) -> bool:
        """Whether nothing may say which model gave which answer."""
        return self.blind and self.revealed_at is None

    def in_its_order(self, cells: Sequence[Cell]) -> list[Cell]:
        """Return the columns as they stand: shuffled by the seed, if it is blind."""
        return shuffled(cells, self.seed) if self.blind else list(cells)
