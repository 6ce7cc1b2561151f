"""Invitations: a link that makes one account, once, until it expires or is revoked."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Self

from django.db import models
from django.utils import timezone

from playground.models.account import Account

LASTS = timedelta(days=7)


def expiry() -> object:
    return timezone.now() + LASTS


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> Self:
        """Those that can still be accepted."""
        return self.filter(
            used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=timezone.now()
        )


class Invitation(models.Model):
    """Made by an administrator. The link carries a signed id, so no secret is kept here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    note = models.CharField(max_length=120, blank=True, help_text="for whom it is")
    administrator = models.BooleanField(default=False, help_text="the role that it gives")
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(
        Account, null=True, on_delete=models.SET_NULL, related_name="invitations"
    )
    expires_at = models.DateTimeField(default=expiry)
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.OneToOneField(
        Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="invitation"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(used_at__isnull=True) | models.Q(revoked_at__isnull=True),
                name="used_or_revoked_not_both",
            )
        ]

    def __str__(self) -> str:
        return f"invitation {self.id}"

    def take(self) -> bool:
        """Use it up; of two at once, one wins."""
        return bool(Invitation.objects.open().filter(pk=self.pk).update(used_at=timezone.now()))

    def revoke(self) -> bool:
        return bool(Invitation.objects.open().filter(pk=self.pk).update(revoked_at=timezone.now()))
