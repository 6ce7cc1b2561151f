"""Test sets: kept, named lists of cases with versions.

A version is edited until an experiment uses it; the first edit after that begins the next one.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone

from playground.accounts.models import Account
from playground.accounts.visibility import OwnedQuerySet
from playground.images.models import Image
from playground.web.addresses import address

if TYPE_CHECKING:
    from typing import Self

    from playground.accounts.visitor import Visitor

MAX_CASES = 10_000
MAX_CASE_IMAGES = 16
MAX_NAME_LENGTH = 120


class TestSetQuerySet(OwnedQuerySet["TestSet"]):
    """Test sets; one that was deleted is kept for the experiments that used it, and not shown."""

    def visible_to(self, visitor: Visitor) -> Self:
        return super().visible_to(visitor).filter(deleted_at__isnull=True)


class TestSet(models.Model):
    """A name for cases that belong together, whatever version of them."""

    __test__ = False  # pytest takes a class of this name for tests

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.CASCADE, related_name="test_sets"
    )
    name = models.CharField(max_length=MAX_NAME_LENGTH)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = TestSetQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("test-set", self.id)


class Version(models.Model):
    """The cases of a test set as they were at some time."""

    test_set = models.ForeignKey(TestSet, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    origin = models.CharField(max_length=200, blank=True, help_text="file that the cases came from")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["test_set", "number"], name="one_version_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.test_set}, version {self.number}"


class Case(models.Model):
    """One row of a test set: images, what is asked about them, and what is right."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="cases")
    position = models.PositiveIntegerField(help_text="row, from 0")
    key = models.UUIDField(default=uuid.uuid4, help_text="the same in every version")
    variables: Any = models.JSONField(default=dict, blank=True, help_text="name and text")
    question = models.TextField(blank=True, help_text="instead of the prompt of the variant")
    expected = models.TextField(blank=True, help_text="the right answer; blank: none is known")
    tags: Any = models.JSONField(default=list, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="one_case_a_row"),
            models.UniqueConstraint(fields=["version", "key"], name="one_case_a_key"),
        ]

    def __str__(self) -> str:
        return f"case {self.position + 1}"


class CaseImage(models.Model):
    """An image of a case, at its place."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="images")
    position = models.PositiveSmallIntegerField()
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="case_images")
    name = models.CharField(max_length=200, blank=True, help_text="as the file was called")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["case", "position"], name="one_case_image_a_place")
        ]

    def __str__(self) -> str:
        return self.name or str(self.image_id)
