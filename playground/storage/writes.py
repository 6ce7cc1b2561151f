"""Writing in order: threads and processes one after the other, and a few rows at a time."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from django.db import connection, models, transaction

BATCH_SIZE = 500  # SQLite of old takes 999, and other things are asked for in the same query
One = TypeVar("One")
_writing = threading.Lock()


@contextmanager
def orderly_writes() -> Iterator[None]:
    """Let the threads of this process write one after the other on SQLite.

    SQLite's busy wait is not fair: hundreds of threads of one process would starve each other.
    """
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        # First: whoever has the lock must not wait for a connection that others hold meanwhile.
        connection.ensure_connection()
        with _writing:
            yield
    else:
        yield


class Gate(models.Model):
    """A row to lock while the runs in flight at a provider are counted and one more is let in.

    Without it two workers on PostgreSQL could each see the last free place and both take it.
    """

    provider = models.CharField(max_length=50, primary_key=True)

    def __str__(self) -> str:
        return f"gate of {self.provider}"

    @classmethod
    def close(cls, provider: str) -> None:
        """Let nobody else through until the transaction ends, as SQLite does by itself."""
        if connection.vendor == "sqlite":
            return
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


def a_few_at_a_time(ids: Sequence[One]) -> Iterator[Sequence[One]]:
    """Yield as many as one query takes."""
    for start in range(0, len(ids), BATCH_SIZE):
        yield ids[start : start + BATCH_SIZE]
