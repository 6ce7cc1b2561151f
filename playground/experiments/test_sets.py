"""Keeps test sets: making, naming and deleting them, and which experiments use them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from playground.experiments.models.experiment import Experiment
from playground.experiments.models.test_set import TestSet, Version
from playground.storage.locks import one_at_a_time
from playground.storage.writes import orderly_writes

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from playground.accounts.models import Account

UNDO_LIFETIME = timedelta(seconds=60)  # after it was deleted
SWEPT_AT_ONCE = 20
MAX_TEST_SETS = 10_000  # of one owner; programs keep one with each experiment
TOO_MANY = f"There are {MAX_TEST_SETS:,} test sets, and nothing was kept. Delete one of them first."


class TooManyTestSetsError(Exception):
    """Its owner has MAX_TEST_SETS test sets."""


def create(name: str, owner: Account | None, origin: str = "") -> Version:
    """Make an empty test set; returns its first version. Raises TooManyTestSetsError."""
    with one_at_a_time("test sets"):
        if TestSet.objects.filter(owner=owner, deleted_at=None).count() >= MAX_TEST_SETS:
            raise TooManyTestSetsError
        test_set = TestSet.objects.create(name=name, owner=owner)
        return test_set.versions.create(origin=origin)


def rename(test_set: TestSet, name: str) -> None:
    TestSet.objects.filter(pk=test_set.pk).update(name=name)


def delete(test_set: TestSet) -> None:
    """Hide it; `bring_back` takes that back. Experiments keep the versions that they used."""
    TestSet.objects.filter(pk=test_set.pk).update(deleted_at=timezone.now())


def bring_back(test_set: TestSet) -> None:
    TestSet.objects.filter(pk=test_set.pk).update(deleted_at=None)


def sweep() -> int:
    """Delete for good what was deleted and no experiment uses. Returns how many went.

    Their images are swept with all that nothing uses.
    """
    gone = TestSet.objects.unused().filter(deleted_at__lt=timezone.now() - UNDO_LIFETIME)
    ids = list(gone.values_list("pk", flat=True)[:SWEPT_AT_ONCE])
    for pk in ids:
        with orderly_writes(), transaction.atomic():
            gone.filter(pk=pk).delete()
    return len(ids)


def use_counts(sets: Collection[UUID]) -> dict[UUID, int]:
    """Return how many experiments use each of these, if any does."""
    used = Experiment.objects.filter(version__test_set__in=sets).order_by()
    counted = used.values_list("version__test_set").annotate(count=Count("pk"))
    return dict(counted)


def experiments_of(test_set: TestSet) -> list[Experiment]:
    """Return those that use a version of it, newest first."""
    found = Experiment.objects.filter(version__test_set=test_set)
    return list(found.select_related("comparison", "version").order_by("-comparison__created_at"))
