"""The queue in PostgreSQL: workers listen, so that their idle threads may sleep (storage.py).

Where LISTEN does not get through, as with a pooler that lends a session for one transaction only,
one thread of each worker looks for messages instead, and says what would be better.
"""

import contextlib
import logging
import threading
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from huey import PostgresHuey
from huey.storage import PostgresStorage

from playground.storage.postgresql import notifications
from playground.storage.postgresql.base import is_there
from playground.storage.postgresql.parameters import connect
from playground.worker.queue.storage import Listening

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.25  # between two looks where nobody can listen
POOLED = (
    "The queue's database is reached through a pooler that passes no notifications on, so the "
    "queue is looked at every %s s. Set QUEUE_DATABASE_URL to its direct address."
)


class ListeningPostgresStorage(Listening, PostgresStorage):
    _conn: Any

    def __init__(self, name: str, *, database: dict[str, Any], create_tables: bool) -> None:
        connection = partial(connect, database)
        super().__init__(name, connection=connection, create_tables=create_tables)
        # Set by the instance otherwise, for a mode in which every thread keeps a connection.
        self.blocking = False

    @property
    def conn(self) -> Any:
        if self._conn is not None and not is_there(self._conn):
            self._close_quiet(self._conn)
            self._conn = None
        return super().conn

    def initialize_schema(self) -> None:
        """Make the tables, one process at a time: `if not exists` does not see unborn ones."""
        with self.db(commit=True, close=True) as cursor:
            cursor.execute(
                "select pg_advisory_xact_lock(hashtext('playground.worker.queue.tables'))"
            )
            for statement in self.ddl:
                cursor.execute(statement)

    def enqueue_all(self, messages: Sequence[bytes]) -> None:
        rows = [(self.name, message) for message in messages]
        statement = f"insert into {self.table_task} (queue, data) values (%s, %s)"  # noqa: S608
        with self.db(commit=True) as cursor:
            cursor.executemany(statement, rows)
            cursor.execute("select pg_notify(%s, '')", (self.channel,))

    def next_message(self) -> Any:
        return self._dequeue()

    def changes(self, stopping: threading.Event) -> Iterator[bool]:
        with contextlib.closing(self._connect()) as connection:
            if not notifications.listen(connection, self.channel, self._connect):
                logger.warning(POOLED, POLL_SECONDS)
                yield from self._looks(connection, stopping)
                return
            yield True
            while not stopping.is_set():
                yield bool(list(connection.notifies(timeout=0.5, stop_after=1)))

    def _looks(self, connection: Any, stopping: threading.Event) -> Iterator[bool]:
        waiting = f"select exists (select from {self.table_task} where queue = %s)"  # noqa: S608
        while not stopping.wait(POLL_SECONDS):
            (found,) = connection.execute(waiting, (self.name,)).fetchone()
            yield bool(found)


class ListeningPostgresHuey(PostgresHuey):
    storage_class = ListeningPostgresStorage
