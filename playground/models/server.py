"""Servers of any kind: set up in Settings, or found on this machine."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone

from playground.models.account import Account


class SavedServer(models.Model):
    """One server. Its key is the StoredKey of its slug."""

    slug = models.CharField(max_length=30, unique=True, help_text="its name in runs, for good")
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=30, default="openai", db_default="openai")
    url = models.CharField(max_length=500, help_text="up to and with /v1")
    headers = models.TextField(blank=True, help_text="encrypted: some hold secrets")
    set_at = models.DateTimeField(default=timezone.now)
    set_by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    def __str__(self) -> str:
        return self.slug


class FoundServer(models.Model):
    """A server that answered on this machine. Nothing is sent to it before somebody says so."""

    url = models.CharField(max_length=500, unique=True, help_text="up to and with /v1")
    name = models.CharField(max_length=60)
    listed: Any = models.JSONField(help_text="pairs: id, and whether it sees, null if not known")
    seen_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.name} at {self.url}"

    @property
    def vision_count(self) -> int:
        return sum(vision is True for _, vision in self.listed)


class ServerAnswer(models.Model):
    """How a server answered when it was last asked for its models."""

    provider = models.CharField(max_length=50, unique=True, help_text="the slug of the server")
    asked_at = models.DateTimeField(default=timezone.now)
    problem = models.CharField(max_length=30, blank=True, default="", help_text="an ErrorKind")
    detail = models.CharField(max_length=500, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.provider}: {self.problem or 'answered'}"
