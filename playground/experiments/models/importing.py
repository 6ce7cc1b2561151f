"""Imports: files that become the cases of a test set, from the upload to the last case."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from playground.accounts.models import Account
from playground.accounts.visibility import OwnedQuerySet
from playground.experiments.models.test_set import MAX_NAME_LENGTH, TestSet
from playground.web.addresses import address

if TYPE_CHECKING:
    from typing import Self

KEPT_DAYS = 1  # after anything was done with it


class ImportState(models.TextChoices):
    LOOKING = "looking"  # a worker reads the table
    MAPPING = "mapping"  # a person says what the columns mean
    STORING = "storing"  # a worker keeps the images, then the cases
    DONE = "done"
    FAILED = "failed"  # the file cannot be read


WORKING = (ImportState.LOOKING, ImportState.STORING)


class ImportQuerySet(OwnedQuerySet["Import"]):
    def left_alone(self) -> Self:
        """Those that a worker has to carry and none does."""
        free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=timezone.now())
        return self.filter(free, state__in=WORKING)

    def stale(self) -> Self:
        """Those that nobody has touched for so long that they are swept."""
        return self.filter(changed_at__lt=timezone.now() - timedelta(days=KEPT_DAYS))


class Import(models.Model):
    """One upload. Its file lies in the storage until it is done or discarded."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.CASCADE, related_name="imports"
    )
    test_set = models.ForeignKey(
        TestSet, null=True, blank=True, on_delete=models.CASCADE, related_name="imports"
    )
    name = models.CharField(max_length=MAX_NAME_LENGTH, help_text="of the test set")
    source = models.CharField(max_length=200, help_text="as the person's file was called")
    size = models.PositiveBigIntegerField(help_text="bytes of the file")
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.LOOKING)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now, db_index=True)
    mapping: Any = models.JSONField(
        null=True, blank=True, help_text="what the columns mean; null: as it was guessed"
    )
    mends: Any = models.JSONField(default=dict, blank=True, help_text="by the number of the row")
    broken: Any = models.JSONField(
        default=dict, blank=True, help_text="why an image was refused, by the number of its row"
    )
    found: Any = models.JSONField(null=True, blank=True, help_text="what the page shows of it")
    done = models.PositiveIntegerField(default=0, help_text="cases whose images are kept")
    total = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True, help_text="when keeping began")
    problem = models.TextField(blank=True, help_text="why it failed, or cannot begin")
    claim = models.UUIDField(null=True, blank=True, help_text="of the worker that carries it")
    claimed_until = models.DateTimeField(null=True, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ImportState.values), name="import_state")
        ]

    def __str__(self) -> str:
        return f"import of {self.source}"

    def get_absolute_url(self) -> str:
        return address("import", self.id)

    @property
    def file_name(self) -> str:
        """Where the storage keeps the file."""
        return f"imports/{self.id}.zip"

    @property
    def is_working(self) -> bool:
        return self.state in WORKING
