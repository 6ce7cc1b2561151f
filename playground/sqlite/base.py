"""Django's SQLite backend; in a worker a connection that is closed is kept for the next thread.

Each connection reads the whole schema for itself, a third of a megabyte and some milliseconds. A
worker has hundreds of threads, of which nearly all wait for the provider at any moment: they pass
a few connections on to each other. Not where processes are forked: a connection must not cross.
"""

from __future__ import annotations

import contextlib
import threading
import weakref
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
        # Of threads that ended without closing. Noted while garbage is collected, perhaps in the
        # middle of a semaphore: so without touching one.
        self.lost: deque[None] = deque()

    def take(self) -> tuple[sqlite3.Connection | None, bool]:
        """Return one that is open, or None: open another; and whether to `give` it back later.

        One that is opened although all places are taken is not kept.
        """
        if not self.passed_on:
            return None, False
        self._find_lost()
        if not self._places.acquire(timeout=PATIENCE):
            return None, False
        try:
            return self._spare.pop(), True
        except IndexError:
            return None, True

    def _find_lost(self) -> None:
        with contextlib.suppress(IndexError):
            while True:
                self.lost.pop()
                self._places.release()

    def give(self, connection: sqlite3.Connection | None) -> None:
        """Let another thread have it. None: it was closed."""
        if connection is not None:
            self._spare.append(connection)
        self._places.release()


connections = Connections()


class DatabaseWrapper(base.DatabaseWrapper):
    _place: weakref.finalize[[None], DatabaseWrapper] | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> sqlite3.Connection:
        spare, has_place = connections.take()
        self._place = weakref.finalize(self, connections.lost.append, None) if has_place else None
        if spare is not None:
            return spare
        try:
            opened: sqlite3.Connection = super().get_new_connection(conn_params)
        except BaseException:
            if self._place and self._place.detach():
                connections.give(None)
            raise
        return opened

    def _close(self) -> None:
        has_place = bool(self._place and self._place.detach())
        sound = (
            has_place
            and self.connection is not None
            and not self.errors_occurred
            and not self.connection.in_transaction
        )
        if not sound:
            super()._close()  # type: ignore[misc] # it is there; the stubs forgot it
        if has_place:
            connections.give(self.connection if sound else None)
