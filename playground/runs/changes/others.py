"""Carries word of changes between processes: by PostgreSQL or Redis, else by a look at the rows.

A thread listens only while somebody waits in this process. Where nothing can be heard, as on
SQLite or behind a pooler, it looks a few times a second.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Iterator
from functools import cache, partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from playground.runs.changes.waits import hub
from playground.runs.status import RunStatus
from playground.storage.databases import changes, give_back_connection

logger = logging.getLogger(__name__)

CHANNEL = "playground_changes"
LOOK_SECONDS = 0.25
MAX_KEYS = 50  # in one message: PostgreSQL takes 8,000 bytes
SILENCE_SECONDS = 5.0  # after which it is asked whether anybody waits still
LINGER_SECONDS = 10.0  # that the thread goes on without anybody who waits


def announce(*keys: UUID, ended: bool = False) -> None:
    """Tell all who wait, once it is committed, that these runs or comparisons changed."""
    transaction.on_commit(lambda: _announce(keys, ended=ended), robust=True)


def _announce(keys: tuple[UUID, ...], *, ended: bool) -> None:
    hub.tell(keys, ended=ended)
    for start in range(0, len(keys), MAX_KEYS):
        text = " ".join(key.hex for key in keys[start : start + MAX_KEYS])
        _send(f"{int(ended)} {text}")


def _send(message: str) -> None:
    if settings.REDIS_URL:
        try:
            _redis().publish(CHANNEL, message)
        except Exception as error:  # noqa: BLE001 - redis is loaded where it is used
            logger.info("a change was not told to others: %s", error)
    elif connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("select pg_notify(%s, %s)", (CHANNEL, message))


@cache
def _redis() -> Any:
    from redis import Redis

    return Redis.from_url(settings.REDIS_URL, socket_timeout=2)


def _hear(message: str) -> None:
    ended, *keys = message.split()
    hub.tell([UUID(hex=key) for key in keys], ended=ended == "1")


class Listener:
    """The thread that hears of other processes while somebody waits in this one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="changes", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while self._is_needed():
            try:
                self._hear_all()
            except Exception:
                # The outermost step of this thread: who waits finds out by asking again.
                logger.warning("changes of other processes are not heard", exc_info=True)
                connection.close()
                hub.wake_all()
                time.sleep(LOOK_SECONDS)
        give_back_connection()

    def _is_needed(self) -> bool:
        with self._lock:
            if not len(hub):
                self._thread = None
            return self._thread is not None

    def _hear_all(self) -> None:
        """Listen until nobody has waited for a while."""
        last_needed = time.monotonic()
        for message in _messages():
            if message:
                _hear(message)
            if len(hub):
                last_needed = time.monotonic()
            elif time.monotonic() - last_needed > LINGER_SECONDS:
                break


def _messages() -> Iterator[str]:
    """Yield what is heard, and an empty text now and then."""
    if settings.REDIS_URL:
        yield from _from_redis()
    elif connection.vendor == "postgresql":
        yield from _from_postgresql()
    else:
        yield from _from_rows()


def _from_redis() -> Iterator[str]:
    with contextlib.closing(_redis().pubsub(ignore_subscribe_messages=True)) as heard:
        heard.subscribe(CHANNEL)
        _look()  # at what was missed before
        while True:
            message = heard.get_message(timeout=SILENCE_SECONDS)
            yield message["data"].decode() if message else ""


def _from_postgresql() -> Iterator[str]:
    from playground.storage.postgresql import notifications, parameters

    open_one = partial(parameters.connect, connection.settings_dict, autocommit=True)
    with contextlib.closing(open_one()) as heard:
        if not notifications.listen(heard, CHANNEL, open_one):
            yield from _from_rows()
            return
        _look()  # at what was missed before
        while True:
            give_back_connection()
            yield from (one.payload for one in heard.notifies(timeout=SILENCE_SECONDS))
            yield ""


def _from_rows() -> Iterator[str]:
    before = None
    while True:
        now = changes()
        if now is None or now != before:
            _look()
        before = now
        give_back_connection()
        time.sleep(LOOK_SECONDS)
        yield ""


def _look() -> None:
    """Compare the rows with what pages know. What is gone has ended."""
    from playground.runs.models.run import Run  # whose moves announce

    known = hub.known()
    rows = Run.objects.filter(pk__in=known).order_by().values_list("pk", "changed_at", "status")
    found = {pk: (changed_at, status) for pk, changed_at, status in rows}
    for pk, moments in known.items():
        changed_at, status = found.get(pk, (None, None))
        if moments != {changed_at}:
            hub.tell([pk], ended=status is None or status in RunStatus.ended())


hub.started = Listener().start
