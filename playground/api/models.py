"""Tokens of programs: who may use the API. The secret itself is shown once and kept nowhere."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from playground.accounts.models import Account
from playground.accounts.visibility import OwnedQuerySet, one_each

MAX_NAME_LENGTH = 60  # characters


class Scope(models.TextChoices):
    """READ: what changes nothing. RUN: all that the API can do."""

    READ = "read", "Reads"
    RUN = "run", "Reads and runs"


class ApiTokenQuerySet(OwnedQuerySet["ApiToken"]):
    def live(self) -> Self:
        """Those that were not revoked; they may have ended."""
        return self.filter(revoked_at__isnull=True)

    def ended(self) -> Self:
        return self.live().filter(expires_at__lte=timezone.now())


class ApiToken(models.Model):
    """One token. Without an owner it belongs to a local playground, and works on no other."""

    owner = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.CASCADE, related_name="api_tokens"
    )
    name = models.CharField(max_length=MAX_NAME_LENGTH, help_text="what it is for")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the secret")
    ending = models.CharField(max_length=4, help_text="of the secret, to recognise it by")
    created_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True, blank=True, help_text="to the minute")
    revoked_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True, help_text="none: never")
    scope = models.CharField(
        max_length=10, choices=Scope, default=Scope.RUN, help_text="what it may do"
    )

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = "API token"
        ordering = ["-created_at", "-id"]
        constraints = [
            # A form that is sent twice, by a reload for instance, makes one token.
            *one_each(
                "name",
                name="one_live_token_a_name",
                local_name="one_live_local_token_a_name",
                revoked_at__isnull=True,
            ),
            models.CheckConstraint(condition=Q(scope__in=Scope.values), name="token_scope_known"),
        ]

    def __str__(self) -> str:
        return f"API token {self.pk}"  # never the secret: this goes into logs

    @property
    def has_ended(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()
