"""Test sets: kept, named lists of cases with versions.

A version is edited until an experiment uses it; the first edit after that begins the next one.
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from playground.accounts.models import Account
from playground.accounts.projects.models import InProject
from playground.accounts.visibility import InProjectQuerySet, in_sight
from playground.images.models import Image
from playground.web.addresses import address

if TYPE_CHECKING:
    from datetime import timedelta
    from typing import Self

    from playground.accounts.visitor import Visitor

MAX_CASES = 10_000
MAX_CASE_IMAGES = 16
MAX_NAME_LENGTH = 120


class TestSetQuerySet(InProjectQuerySet["TestSet"]):
    """Test sets; one that was deleted is kept for the experiments that used it, and not shown."""

    def there(self) -> Self:
        return self.filter(deleted_at__isnull=True)

    def recoverable(self, visitor: Visitor, lifetime: timedelta) -> Self:
        """Those that are there, and those whose deletion can still be taken back."""
        there = Q(deleted_at__isnull=True) | Q(deleted_at__gt=timezone.now() - lifetime)
        return self.filter(in_sight(visitor), there)

    def lock(self, pk: uuid.UUID) -> TestSet:
        """Keep its versions as they are until the transaction ends: edits and starts wait."""
        return self.select_for_update().get(pk=pk)

    def unused(self) -> Self:
        """Those of which no experiment uses a version."""
        used = Version.objects.filter(test_set=OuterRef("pk"), experiments__isnull=False)
        return self.filter(~Exists(used))


class TestSet(InProject):
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


class VersionQuerySet(models.QuerySet["Version"]):
    def newest(self) -> Self:
        """The newest version of each test set."""
        later = Version.objects.filter(test_set=OuterRef("test_set"), number__gt=OuterRef("number"))
        return self.filter(~Exists(later))

    def with_counts(self) -> Self:
        """Note how many cases, images and experiments each has."""
        images = CaseImage.objects.filter(case__version=OuterRef("pk"))
        return self.annotate(
            case_count=_count_of(Case.objects.filter(version=OuterRef("pk")), "version"),
            image_count=_count_of(images, "case__version"),
            experiment_count=Count("experiments"),
        )


def _count_of(rows: models.QuerySet[Any], group: str) -> Coalesce:
    counted = rows.order_by().values(group).annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)


class Version(models.Model):
    """The cases of a test set as they were at some time."""

    test_set = models.ForeignKey(TestSet, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    origin = models.CharField(max_length=200, blank=True, help_text="file that the cases came from")

    objects = VersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["test_set", "number"], name="one_version_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.test_set}, version {self.number}"


class CaseQuerySet(models.QuerySet["Case"]):
    def mentioning(self, words: str) -> Self:
        """Those with the words in a file name, or in anything that was written."""
        named = CaseImage.objects.filter(case=OuterRef("pk"), name__icontains=words)
        found = Exists(named) | Q(question__icontains=words) | Q(note__icontains=words)
        found |= Q(expected__icontains=words)
        for text in _as_json(words):
            found |= Q(text__icontains=text[1:-1])
        return self.annotate(text=Cast("variables", models.TextField())).filter(found)

    def tagged(self, tag: str) -> Self:
        found = Q()
        for text in _as_json(tag):
            found |= Q(tag_text__contains=text)
        return self.annotate(tag_text=Cast("tags", models.TextField())).filter(found)


def _as_json(text: str) -> list[str]:
    """Return how JSON holds the text, with its quotes: escaped on SQLite, plain on PostgreSQL."""
    return [json.dumps(text), json.dumps(text, ensure_ascii=False)]


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

    objects = CaseQuerySet.as_manager()

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
