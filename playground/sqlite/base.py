"""Django's SQLite backend; in a worker a connection that is closed is kept for the next thread.

Each connection reads the whole schema for itself, a third of a megabyte and some milliseconds. A
worker has hundreds of threads, of which nearly all wait for the provider at any moment: they pass
a few connections on to each other. Not where processes are forked: a connection must not cross.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING, Any

from django.db.backends.sqlite3 import base

if TYPE_CHECKING:
    import sqlite3

MOST = 32  # connections open at the same time
PATIENCE = 10.0  # seconds to wait for one; then another is opened after all


class Connections:
    """The connections of this process that nobody uses at the moment, the warmest last."""

    def __init__(self) -> None:
        self.passed_on = False
        self._spare: deque[sqlite3.Connection] = deque()
        self._places = threading.Semaphore(MOST)

    def take(self) -> sqlite3.Connection | None:
        """Return one that is open, or None: open another. Every take needs a `give`."""
        if not self.passed_on:
            return None
        self._places.acquire(timeout=PATIENCE)
        try:
            return self._spare.pop()
        except IndexError:
            return None

    def give(self, connection: sqlite3.Connection | None) -> None:
        """Let another thread have it. None: it was closed."""
        if connection is not None:
            self._spare.append(connection)
        self._places.release()


connections = Connections()


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> sqlite3.Connection:
        spare = connections.take()
        if spare is not None:
            return spare
        try:
            opened: sqlite3.Connection = super().get_new_connection(conn_params)
        except BaseException:
            if connections.passed_on:
                connections.give(None)
            raise
        return opened

    def _close(self) -> None:
        if self.connection is None or not connections.passed_on:
            super()._close()  # type: ignore[misc] # it is there; the stubs forgot it
            return
        sound = not self.errors_occurred and not self.connection.in_transaction
        if not sound:
            super()._close()  # type: ignore[misc] # it is there; the stubs forgot it
        connections.give(self.connection if sound else None)
