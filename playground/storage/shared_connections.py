"""Database connections that threads pass on: one that is given back is kept for the next thread.

A worker has hundreds of threads and a web process dozens, of which nearly all wait for somebody
else at any moment: they share a few connections. There is no thread behind this: whoever needs a
connection opens it, and so learns at once that the server is away, or that it is back. Nothing is
passed on in a process from which others are forked: a connection must not cross.
"""

from __future__ import annotations

import threading
import time
import weakref
from collections import deque
from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS, OperationalError

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_IDLE = 300.0  # seconds that nobody needed it, after which one is closed
NONE_FREE = "all {} connections of this process to the database were in use for {:.0f} s"


class Connections:
    """The connections of this process that nobody uses at the moment, the warmest last.

    most: open at the same time. patience: seconds to wait for one. strict: then there is none;
    otherwise another is opened after all, and not kept.
    """

    def __init__(self, most: int, patience: float, *, strict: bool) -> None:
        self.passed_on = False
        self.most, self.patience, self.strict = most, patience, strict
        self._spare: deque[tuple[float, Any]] = deque()  # each with the moment it was given back
        self._places = threading.Semaphore(most)
        # Of threads that ended without closing. Noted while garbage is collected, perhaps in the
        # middle of a semaphore: so without touching one.
        self.lost: deque[None] = deque()

    def place(self) -> bool:
        """Take a place: True, to be followed by `give`. False: open one that is not kept.

        Raises OperationalError.
        """
        if not self.passed_on:
            return False
        self._find_lost()
        if self._places.acquire(timeout=self.patience):
            return True
        if self.strict:
            raise OperationalError(NONE_FREE.format(self.most, self.patience))
        return False

    def spare(self, is_there: Callable[[Any], bool]) -> Any | None:
        """Return one that is open and still there, or None: open another."""
        while True:
            try:
                _, found = self._spare.pop()
            except IndexError:
                return None
            if is_there(found):
                return found
            found.close()

    def _find_lost(self) -> None:
        while True:
            try:
                self.lost.pop()
            except IndexError:
                return
            self._places.release()

    def give(self, connection: Any | None) -> None:
        """Let another thread have it. None: it was closed."""
        now = time.monotonic()
        if connection is not None:
            self._spare.append((now, connection))
        self._places.release()
        self._close_idle(now)

    def _close_idle(self, now: float) -> None:
        try:
            while self._spare[0][0] < now - MAX_IDLE:
                self._spare.popleft()[1].close()
        except IndexError:  # or another thread was quicker: then there is one less to close
            return


class PassesOn:
    """The part of a database backend that passes connections on. Comes before Django's own."""

    kept: Connections
    alias: str
    connection: Any
    _place: weakref.finalize[[None], PassesOn] | None = None

    def is_there(self, connection: Any) -> bool:
        """Whether a connection that lay idle can be used: its server may have ended it."""
        return True

    def is_sound(self) -> bool:
        """Whether the connection may be passed on as it is."""
        raise NotImplementedError

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        # Others, of tests, lead to other databases.
        has_place = self.alias == DEFAULT_DB_ALIAS and self.kept.place()
        self._place = weakref.finalize(self, self.kept.lost.append, None) if has_place else None
        try:
            spare = self.kept.spare(self.is_there) if has_place else None
            return spare or super().get_new_connection(conn_params)  # type: ignore[misc]
        except BaseException:
            if self._place and self._place.detach():
                self.kept.give(None)
            raise

    def _close(self) -> None:
        has_place = bool(self._place and self._place.detach())
        sound = has_place and self.connection is not None and self.is_sound()
        try:
            if not sound:
                super()._close()  # type: ignore[misc] # it is there; the stubs forgot it
        finally:
            if has_place:
                self.kept.give(self.connection if sound else None)
