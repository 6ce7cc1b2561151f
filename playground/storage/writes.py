"""Lets the threads of one process write one after the other where the database needs it."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterator

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
