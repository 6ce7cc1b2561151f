"""Tags: words that people put on runs to find them again."""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from playground.accounts.models import Account
from playground.accounts.visibility import OwnedQuerySet, one_each
from playground.runs.models.run import Run

MAX_TAG_LENGTH = 40  # characters


class TagQuerySet(OwnedQuerySet["Tag"]):
    def unused(self) -> Self:
        return self.filter(~Exists(RunTag.objects.filter(tag=OuterRef("pk"))))


class Tag(models.Model):
    """One word of one account, or of a local playground, in small letters."""

    owner = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.CASCADE, related_name="tags"
    )
    name = models.CharField(max_length=MAX_TAG_LENGTH)

    objects = TagQuerySet.as_manager()

    class Meta:
        constraints = [
            *one_each("name", name="one_tag_a_name", local_name="one_local_tag_a_name"),
            models.CheckConstraint(condition=~Q(name=""), name="tag_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class RunTag(models.Model):
    """A tag on a run. listed_at: the run's, so that runs with a tag are read in their order."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="run_tags")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="runs", db_index=False)
    listed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["tag", "listed_at"], name="run_tag_listed")]
        constraints = [models.UniqueConstraint(fields=["run", "tag"], name="one_tag_on_a_run_once")]

    def __str__(self) -> str:
        return f"tag {self.tag_id} on run {self.run_id}"
