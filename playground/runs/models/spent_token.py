"""Form tokens and idempotency keys that outlive their runs: none may be paid for a second time."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class SpentToken(models.Model):
    """The token of runs that were deleted for good, as `Run.form_token` has it."""

    form_token = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"spent at {self.at}"
