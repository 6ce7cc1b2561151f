"""Presets: a prompt that is kept with its models and options, to be run again and again."""

from typing import Any, Self, cast

from django.db import models
from django.utils import timezone

from playground.accounts.models import Account
from playground.accounts.projects.models import InProject
from playground.accounts.visibility import InProjectQuerySet, one_each

MAX_NAME_LENGTH = 80  # characters


class PresetQuerySet(InProjectQuerySet["Preset"]):
    def of(self, owner: Account | None) -> Self:
        """Those of one account; of none, those of a local playground."""
        return self.filter(owner=owner)

    def linked(self, link: str) -> Self:
        """The one that is shared by this link, unless its owner was shut out."""
        return self.filter(link=link).exclude(owner__is_active=False)


EveryPreset = models.Manager.from_queryset(PresetQuerySet)


class PresetManager(EveryPreset["Preset"]):
    """Without those that were deleted, though that can still be taken back."""

    def get_queryset(self) -> PresetQuerySet:
        presets = cast("PresetQuerySet", super().get_queryset())
        return presets.filter(deleted_at__isnull=True)


class Filling(models.Model):
    """What the composer is filled with. The prompts may hold `{{variables}}`."""

    prompt = models.TextField()
    system_prompt = models.TextField(blank=True)
    model_ids: Any = models.JSONField(default=list)
    options: Any = models.JSONField(default=dict, help_text="by the names of the composer's fields")

    class Meta:
        abstract = True


class Preset(InProject, Filling):
    """A name for what fills the composer, as it was saved last. Earlier ones: PresetVersion."""

    owner = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.CASCADE, related_name="presets"
    )
    name = models.CharField(max_length=MAX_NAME_LENGTH)
    digest = models.CharField(max_length=64, help_text="SHA-256 of all that it fills in")
    link = models.CharField(max_length=64, null=True, blank=True, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, db_default=1)
    is_used = models.BooleanField(
        default=False, db_default=False, help_text="this version: by a run or a link"
    )
    saved_at = models.DateTimeField(
        null=True, blank=True, help_text="this version; none: when the preset was made"
    )

    objects = PresetManager()
    everything = EveryPreset()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            *one_each(
                "name",
                name="one_preset_a_name",
                local_name="one_local_preset_a_name",
                deleted_at__isnull=True,
            ),
        ]

    def __str__(self) -> str:
        return f"preset {self.pk}"


class PresetVersion(Filling):
    """What a preset held before it was changed."""

    preset = models.ForeignKey(Preset, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    created_at = models.DateTimeField(help_text="when it was saved")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["preset", "number"], name="one_preset_version_a_number")
        ]

    def __str__(self) -> str:
        return f"preset {self.preset_id}, version {self.number}"
