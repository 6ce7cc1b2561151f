"""Keeps test sets: making, naming and deleting them, and which experiments use them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from playground.accounts.projects.moving import refuse_move
from playground.accounts.visibility import in_sight
from playground.experiments.models.experiment import Experiment
from playground.experiments.models.test_set import TestSet, Version
from playground.storage.writes import one_at_a_time, orderly_writes

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from django.db.models import QuerySet

    from playground.accounts.models import Account
    from playground.accounts.visitor import Visitor

UNDO_LIFETIME = timedelta(seconds=60)  # after it was deleted
SWEPT_AT_ONCE = 20
MAX_TEST_SETS = 10_000  # of one owner; programs keep one with each experiment
TOO_MANY = f"There are {MAX_TEST_SETS:,} test sets, and nothing was kept. Delete one of them first."


class TooManyTestSetsError(Exception):
    """Its owner has MAX_TEST_SETS test sets."""


def create(
    name: str, owner: Account | None, origin: str = "", project: int | None = None
) -> Version:
    """Make an empty test set; returns its first version. Raises TooManyTestSetsError."""
    with one_at_a_time("test sets"):
        if TestSet.objects.filter(owner=owner, deleted_at=None).count() >= MAX_TEST_SETS:
            raise TooManyTestSetsError
        test_set = TestSet.objects.create(name=name, owner=owner, project_id=project)
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


def move(test_set: TestSet, project_id: int | None, visitor: Visitor) -> None:
    """Move it into a project, or with None back to who started it. Raises NotMovedError."""
    with orderly_writes(), transaction.atomic():
        refuse_move(visitor, [TestSet.objects.lock(test_set.pk)], project_id)
        TestSet.objects.filter(pk=test_set.pk).update(project=project_id)


def use_counts(sets: Collection[UUID], visitor: Visitor) -> dict[UUID, int]:
    """Return how many experiments in sight use each of these, if any does."""
    used = _in_sight(visitor).filter(version__test_set__in=sets).order_by()
    counted = used.values_list("version__test_set").annotate(count=Count("pk"))
    return dict(counted)


def _in_sight(visitor: Visitor) -> QuerySet[Experiment]:
    return Experiment.objects.filter(in_sight(visitor, "comparison__"))


def experiments_of(test_set: TestSet, visitor: Visitor) -> list[Experiment]:
    """Return those in sight that use a version of it, newest first."""
    found = _in_sight(visitor).filter(version__test_set=test_set)
    return list(found.select_related("comparison", "version").order_by("-comparison__created_at"))
