"""Rows to lock while something is counted."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import models, transaction

from playground.storage.writes import orderly_writes

if TYPE_CHECKING:
    from collections.abc import Iterator


class Gate(models.Model):
    """A row to lock while the runs in flight at a provider are counted and one more is let in.

    Without it two workers on PostgreSQL could each see the last free place and both take it.
    """

    provider = models.CharField(max_length=50, primary_key=True)

    def __str__(self) -> str:
        return f"gate of {self.provider}"

    @classmethod
    def close(cls, provider: str) -> None:
        """Let nobody else through until the transaction ends."""
        rows = cls.objects.select_for_update()
        if not rows.filter(provider=provider).first():
            cls.objects.get_or_create(provider=provider)
            rows.get(provider=provider)


@contextmanager
def one_at_a_time(rule: str) -> Iterator[None]:
    """Let whoever counts rows and adds one be alone: of two at once both would see the last place.

    A transaction, which an error inside takes back.
    """
    with orderly_writes(), transaction.atomic():
        Gate.close(f"most {rule}")  # no server's name has a space
        yield
