"""Attempts to sign in that failed or are under way; what limits guessing is counted from them."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class SignInAttempt(models.Model):
    """One attempt. A success removes those of its account and network."""

    # A keyed digest: a password typed into the wrong field must not be kept.
    name_digest = models.CharField(max_length=64)
    network = models.CharField(max_length=50)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        indexes = [
            models.Index(fields=["network", "name_digest", "at"], name="attempts_to_sign_in"),
        ]

    def __str__(self) -> str:
        return f"attempt from {self.network}"
