"""The queue's storages on SQLite and PostgreSQL, with a bell: idle threads of a worker sleep.

Huey lets each idle thread look for messages by itself: with hundreds of threads that costs a good
part of a processor, and still a message waits for the next look. Here one thread of the worker
notices that something came and wakes one sleeper, which wakes the next before it starts to work.
Redis needs none of this: it wakes its readers itself.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections import deque
from typing import TYPE_CHECKING, Any

from huey import PostgresHuey, SqliteHuey
from huey.storage import PostgresStorage, SqliteStorage

from playground.queue import storage_errors

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

logger = logging.getLogger(__name__)

LOOK_EVERY = 0.01  # seconds between two looks at SQLite's own counter of changes: microseconds each
SLEEP = 5.0  # seconds; a thread that heard nothing for so long looks by itself
AGAIN_AFTER = 1.0  # seconds before a storage that was away is listened to again


class Doorbell:
    """Wakes one sleeping thread for each ring. A ring that nobody sleeps for is kept.

    Threads that have worked before are woken first: they have their connections open already, and
    a worker that is never busy keeps few.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._beds: deque[threading.Event] = deque()  # whoever is woken next lies at the right
        self._rung = False
        self._closed = False

    def ring(self) -> None:
        with self._lock:
            if self._beds:
                self._beds.pop().set()
            else:
                self._rung = True

    def wait(self, seconds: float, *, has_worked: bool) -> None:
        bed = threading.Event()
        with self._lock:
            if self._rung or self._closed:
                self._rung = False
                return
            (self._beds.append if has_worked else self._beds.appendleft)(bed)
        bed.wait(seconds)
        with self._lock, contextlib.suppress(ValueError):
            self._beds.remove(bed)  # it is there only if nobody rang

    def close(self) -> None:
        """Wake everybody; nobody sleeps any more."""
        with self._lock:
            self._closed = True
            for bed in self._beds:
                bed.set()


class _Listening:
    """What both storages have in common. Without `listen` they are polled, as Huey's own are."""

    blocking = False
    bell: Doorbell
    worked: threading.local

    def enqueue_all(self, messages: Sequence[bytes]) -> None:
        """Take all or none: one by one, each would wait for a worker that takes the one before."""
        raise NotImplementedError

    def _take(self) -> Any:
        """Return the next message, or None."""
        raise NotImplementedError

    def _changes(self, stopping: threading.Event) -> Iterator[bool]:
        """Yield again and again whether something may have come; wait a little in between."""
        raise NotImplementedError

    def dequeue(self) -> Any:
        message = self._take()
        if message is None and self.blocking:
            self.bell.wait(SLEEP, has_worked=hasattr(self.worked, "once"))
            message = self._take()
        if message is not None and self.blocking:
            self.worked.once = True
            self.bell.ring()  # there may be more than one
        return message

    def listen(self, stopping: threading.Event) -> None:
        """Ring for what comes until the event is set. Runs in a thread of the worker."""
        self.bell, self.worked = Doorbell(), threading.local()
        self.blocking = True
        while not stopping.is_set():
            try:
                for come in self._changes(stopping):
                    if come:
                        self.bell.ring()
                    if stopping.is_set():
                        break
            except storage_errors():
                logger.warning("the queue cannot be listened to; trying again", exc_info=True)
                self.bell.ring()
                stopping.wait(AGAIN_AFTER)
        self.bell.close()


class ListeningSqliteStorage(_Listening, SqliteStorage):
    def enqueue_all(self, messages: Sequence[bytes]) -> None:
        rows = [(self.name, self.to_blob(message)) for message in messages]
        with self.db(commit=True) as cursor:
            cursor.executemany("insert into task (queue, data) values (?, ?)", rows)

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

    def initialize_schema(self) -> None:
        """Make the tables, one process at a time: `if not exists` does not see unborn ones."""
        with self.db(commit=True, close=True) as cursor:
            cursor.execute("select pg_advisory_xact_lock(hashtext('playground.queue_schema'))")
            for statement in self.ddl:
                cursor.execute(statement)

    def enqueue_all(self, messages: Sequence[bytes]) -> None:
        rows = [(self.name, message) for message in messages]
        statement = f"insert into {self.table_task} (queue, data) values (%s, %s)"  # noqa: S608
        with self.db(commit=True) as cursor:
            cursor.executemany(statement, rows)
            cursor.execute("select pg_notify(%s, '')", (self.channel,))

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
