"""Keys of providers that were typed in Settings. Encrypted; nothing of them is ever shown."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from playground.models.account import Account


class StoredKeyQuerySet(models.QuerySet["StoredKey"]):
    def of(self, provider: str, owner_id: int | None) -> Self:
        """The key of one account, or the one of the whole site."""
        return self.filter(provider=provider, owner=owner_id)

    def open_to(self, provider: str, owner_id: int | None) -> Self:
        """The site's key, and the account's own."""
        return self.filter(Q(owner=None) | Q(owner=owner_id), provider=provider)


class StoredKey(models.Model):
    """One key. owner: whose runs it is for; none: everybody's who has no key of their own."""

    provider = models.CharField(max_length=50, help_text="or the slug of a server")
    owner = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    value = models.TextField(help_text="encrypted: see encryption.py")
    set_at = models.DateTimeField(default=timezone.now)
    set_by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = StoredKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "provider"], name="one_key_an_account"),
            models.UniqueConstraint(
                fields=["provider"], condition=Q(owner=None), name="one_key_a_site"
            ),
        ]

    def __str__(self) -> str:
        return f"key for {self.provider}"
