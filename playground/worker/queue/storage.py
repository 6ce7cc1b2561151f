"""The queue's storages: idle threads of a worker sleep until a message comes.

Huey lets each idle thread look for messages by itself: with hundreds of threads that costs a good
part of a processor, and still a message waits for the next look. Here one thread of the worker
notices that something came and wakes one sleeper, which wakes the next before it starts to work.
PostgreSQL's part is in postgresql.py.

A storage that is away is asked by one thread, once a second, and told of once: hundreds of threads
would fill the log, and knock a server down that comes up.
"""

import contextlib
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from huey import PriorityRedisHuey, SqliteHuey
from huey.storage import PriorityRedisStorage, SqliteStorage

from playground.worker.queue.settings import storage_errors

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.25  # between two looks at SQLite's own counter of changes, for other processes
IDLE_SECONDS = 300.0  # a thread that heard nothing for so long looks by itself
STOP_SECONDS = 0.5  # in which a listener notices that it has to stop
REDIS_SECONDS = 5.0  # in which Redis answers
RETRY_SECONDS = 1.0  # before a storage that was away is listened to again


class Wakeup:
    """Wakes one sleeping thread a call. A call while nobody sleeps is kept.

    Threads that have worked before are woken first: they have their connections open already, and
    a worker that is never busy keeps few.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[threading.Event] = deque()  # the next to be woken is the last
        self._pending = False
        self._closed = False

    def wake(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.pop().set()
            else:
                self._pending = True

    def wait(self, seconds: float, *, has_worked: bool) -> None:
        waiter = threading.Event()
        with self._lock:
            if self._pending or self._closed:
                self._pending = False
                return
            (self._waiting.append if has_worked else self._waiting.appendleft)(waiter)
        waiter.wait(seconds)
        with self._lock, contextlib.suppress(ValueError):
            self._waiting.remove(waiter)  # it is there only if nobody woke it

    def close(self) -> None:
        """Wake everybody; nobody sleeps any more."""
        with self._lock:
            self._closed = True
            for waiter in self._waiting:
                waiter.set()


class Outage:
    """Whether a storage is away, and whose turn it is to ask for it meanwhile.

    returned: called by whoever finds that it is back.
    """

    def __init__(self) -> None:
        self.away = False
        self.returned: Callable[[], None] = lambda: None
        self._turn = threading.Lock()

    def ask(self, question: Callable[[], Any]) -> Any:
        """Return the answer of a storage; None, after a while, where it is away."""
        if not self.away:
            return self._answer(question)
        if not self._turn.acquire(timeout=RETRY_SECONDS):
            return None
        try:
            found = self._answer(question)
            if self.away:
                time.sleep(RETRY_SECONDS)
            return found
        finally:
            self._turn.release()

    def _answer(self, question: Callable[[], Any]) -> Any:
        try:
            found = question()
        except storage_errors() as error:
            self.note(error)
            return None
        if self.away:
            self.away = False
            logger.warning("the queue is back")
            self.returned()
        return found

    def note(self, error: Exception) -> None:
        if not self.away:
            self.away = True
            logger.warning("the queue is away; it is asked for every second", exc_info=error)


class Steady:
    """The part of a storage that outlasts its being away. Comes before Huey's own."""

    outage: Outage

    def __init__(self, *args: Any, **settings: Any) -> None:
        self.outage = Outage()
        super().__init__(*args, **settings)

    def dequeue(self) -> Any:
        return self.outage.ask(self.take)

    def take(self) -> Any:
        """Return the next message, or None. Waits for one, if the storage can."""
        return super().dequeue()  # type: ignore[misc] # Huey's storage comes behind

    def read_schedule(self, moment: datetime) -> Any:
        read = partial(super().read_schedule, moment)  # type: ignore[misc]
        return self.outage.ask(read) or []


class Listening(Steady):
    """Storages that wake threads. Without `listen` they are polled, as Huey's own."""

    blocking = False
    wakeup: Wakeup
    worked: threading.local

    def enqueue_all(self, messages: Sequence[bytes]) -> None:
        """Take all or none: one by one, each would wait for a worker that takes the one before."""
        raise NotImplementedError

    def next_message(self) -> Any:
        """Return the next message, or None."""
        raise NotImplementedError

    def wake(self) -> None:
        """Wake a thread of this process, if it is a worker, for what was just enqueued here."""
        if self.blocking:
            self.wakeup.wake()

    def changes(self, stopping: threading.Event) -> Iterator[bool]:
        """Yield again and again whether something may have come; wait a little in between."""
        raise NotImplementedError

    def take(self) -> Any:
        message = self.next_message()
        if message is None and self.blocking:
            self.wakeup.wait(IDLE_SECONDS, has_worked=hasattr(self.worked, "once"))
            message = self.next_message()
        if message is not None and self.blocking:
            self.worked.once = True
            self.wakeup.wake()  # there may be more than one
        return message

    def listen(self, stopping: threading.Event) -> None:
        """Ring for what comes until the event is set. Runs in a thread of the worker."""
        self.wakeup, self.worked = Wakeup(), threading.local()
        self.blocking = True
        while not stopping.is_set():
            try:
                for come in self.changes(stopping):
                    if come:
                        self.wakeup.wake()
                    if stopping.is_set():
                        break
            except storage_errors() as error:
                self.outage.note(error)
                self.wakeup.wake()  # whoever wakes finds out whether it is back
                stopping.wait(RETRY_SECONDS)
        self.wakeup.close()


class ListeningSqliteStorage(Listening, SqliteStorage):
    def enqueue(self, data: bytes, priority: float | None = None) -> None:
        SqliteStorage.enqueue(self, data, priority)
        self.wake()

    def enqueue_all(self, messages: Sequence[bytes]) -> None:
        rows = [(self.name, self.to_blob(message)) for message in messages]
        with self.db(commit=True) as cursor:
            cursor.executemany("insert into task (queue, data) values (?, ?)", rows)
        self.wake()

    def next_message(self) -> Any:
        return SqliteStorage.dequeue(self)

    def changes(self, stopping: threading.Event) -> Iterator[bool]:
        known = None
        with contextlib.closing(self._create_connection()) as connection:
            while not stopping.wait(POLL_SECONDS):
                (version,) = connection.execute("pragma data_version").fetchone()
                yield version != known
                known = version


class ListeningSqliteHuey(SqliteHuey):
    storage_class = ListeningSqliteStorage


class ListeningRedisStorage(Listening, PriorityRedisStorage):
    conn: Any
    pool: Any
    queue_key: str

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.blocking = False  # Redis would have each idle thread keep a connection

    def close(self) -> bool:
        self.pool.disconnect()
        return True

    def enqueue(self, data: bytes, priority: float | None = None) -> None:
        PriorityRedisStorage.enqueue(self, data, priority)
        self.conn.publish(self.queue_key, b"")

    def enqueue_all(self, messages: Sequence[bytes]) -> None:
        for message in messages:
            self.enqueue(message)

    def next_message(self) -> Any:
        found = self.conn.zpopmin(self.queue_key, count=1)
        return found[0][0][8:] if found else None  # behind Huey's stamp

    def changes(self, stopping: threading.Event) -> Iterator[bool]:
        with contextlib.closing(self.conn.pubsub(ignore_subscribe_messages=True)) as heard:
            heard.subscribe(self.queue_key)
            heard.get_message(timeout=REDIS_SECONDS)  # that it is subscribed
            yield True
            while not stopping.is_set():
                yield heard.get_message(timeout=STOP_SECONDS) is not None


class ListeningRedisHuey(PriorityRedisHuey):
    storage_class = ListeningRedisStorage
