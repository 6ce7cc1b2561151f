"""The queue's storages on SQLite and PostgreSQL, with a bell: idle threads of a worker sleep.

Huey lets each idle thread look for messages by itself: with hundreds of threads that costs a good
part of a processor, and still a message waits for the next look. Here one thread of the worker
notices that something came and wakes one sleeper, which wakes the next before it starts to work.
Redis needs none of this: it wakes its readers itself.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
from typing import TYPE_CHECKING, Any

import psycopg
from huey import PostgresHuey, SqliteHuey
from huey.storage import PostgresStorage, SqliteStorage

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = logging.getLogger(__name__)

LOOK_EVERY = 0.01  # seconds between two looks at SQLite's own counter of changes: microseconds each
SLEEP = 5.0  # seconds; a thread that heard nothing for so long looks by itself
AGAIN_AFTER = 1.0  # seconds before a storage that was away is listened to again


class Doorbell:
    """Wakes one waiting thread for each ring. A ring that nobody waits for is kept."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._rung = False
        self._closed = False

    def ring(self) -> None:
        with self._condition:
            self._rung = True
            self._condition.notify()

    def wait(self, seconds: float) -> None:
        with self._condition:
            if not self._rung and not self._closed:
                self._condition.wait(seconds)
            self._rung = False

    def close(self) -> None:
        """Wake everybody; nobody waits any more."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()


class _Listening:
    """What both storages have in common. Without `listen` they are polled, as Huey's own are."""

    blocking = False
    bell: Doorbell

    def _take(self) -> Any:
        """Return the next message, or None."""
        raise NotImplementedError

    def _changes(self, stopping: threading.Event) -> Iterator[bool]:
        """Yield again and again whether something may have come; wait a little in between."""
        raise NotImplementedError

    def dequeue(self) -> Any:
        message = self._take()
        if message is None and self.blocking:
            self.bell.wait(SLEEP)
            message = self._take()
        if message is not None and self.blocking:
            self.bell.ring()  # there may be more than one
        return message

    def listen(self, stopping: threading.Event) -> None:
        """Ring for what comes until the event is set. Runs in a thread of the worker."""
        self.bell = Doorbell()
        self.blocking = True
        while not stopping.is_set():
            try:
                for come in self._changes(stopping):
                    if come:
                        self.bell.ring()
                    if stopping.is_set():
                        break
            except (sqlite3.Error, psycopg.Error):
                logger.warning("the queue cannot be listened to; trying again", exc_info=True)
                self.bell.ring()
                stopping.wait(AGAIN_AFTER)
        self.bell.close()


class ListeningSqliteStorage(_Listening, SqliteStorage):
    def _take(self) -> Any:
        return SqliteStorage.dequeue(self)

    def _changes(self, stopping: threading.Event) -> Iterator[bool]:
        known = None
        with contextlib.closing(self._create_connection()) as connection:
            while not stopping.wait(LOOK_EVERY):
                (version,) = connection.execute("pragma data_version").fetchone()
                yield version != known
                known = version


class ListeningPostgresStorage(_Listening, PostgresStorage):
    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        # Set by the instance otherwise, for a mode in which every thread keeps a connection.
        self.blocking = False

    def _take(self) -> Any:
        return self._dequeue()

    def _changes(self, stopping: threading.Event) -> Iterator[bool]:
        with contextlib.closing(self._connect()) as connection:
            connection.execute(f'listen "{self.channel}"')
            yield True
            while not stopping.is_set():
                yield bool(list(connection.notifies(timeout=0.5, stop_after=1)))


class ListeningSqliteHuey(SqliteHuey):
    storage_class = ListeningSqliteStorage


class ListeningPostgresHuey(PostgresHuey):
    storage_class = ListeningPostgresStorage
