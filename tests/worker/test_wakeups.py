"""The queue wakes sleeping threads of a worker: one for each message, all of them at the end."""

from __future__ import annotations

import threading
from contextlib import ExitStack, closing
from queue import Empty, Queue
from typing import TYPE_CHECKING, Any

import huey.storage
import psycopg
import pytest
import redis

from playground.storage.databases import database_settings
from playground.worker.queue import storage as doorbell
from playground.worker.queue.postgresql import ListeningPostgresStorage
from playground.worker.queue.storage import ListeningRedisStorage, ListeningSqliteStorage
from tests.patience import PATIENCE_SECONDS
from tests.servers.fixtures import POSTGRES, SQLITE, WITH_REDIS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [
    pytest.mark.processes,
    pytest.mark.parametrize("storage", [SQLITE, POSTGRES, WITH_REDIS], indirect=True),
]
THREADS = 3


def opened(storage: dict[str, str], folder: Path) -> Any:
    """Open the queue once more, as another process does."""
    huey.storage.psycopg = psycopg  # left out where the settings say SQLite
    if storage["REDIS_URL"]:
        ListeningRedisStorage.redis_client = redis.Redis
        huey.storage.Redis, huey.storage.ConnectionPool = redis.Redis, redis.ConnectionPool
        return ListeningRedisStorage("test", url=storage["REDIS_URL"])
    if storage["DATABASE_URL"]:
        rows = database_settings(storage["DATABASE_URL"], folder)
        return ListeningPostgresStorage("test", database=rows, create_tables=True)
    return ListeningSqliteStorage("test", filename=str(folder / "queue.db"))


class Sleepers:
    """A worker's threads, each of which would sleep for a minute unless it is woken."""

    def __init__(self, queue: Any) -> None:
        self.stopping, self.got, self.queue = threading.Event(), Queue[Any](), queue
        self.listener = threading.Thread(target=queue.listen, args=(self.stopping,))
        self.threads = [threading.Thread(target=self._sleep) for _ in range(THREADS)]
        for thread in (self.listener, *self.threads):
            thread.start()

    def _sleep(self) -> None:
        while not self.stopping.is_set():
            message = self.queue.dequeue()
            if message is not None:
                self.got.put((bytes(message), threading.get_ident()))
                self.stopping.wait(PATIENCE_SECONDS)  # busy with this one from now on

    def stop(self) -> None:
        self.stopping.set()
        for thread in (self.listener, *self.threads):
            thread.join(PATIENCE_SECONDS)


@pytest.fixture
def sleepers(
    storage: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Sleepers]:
    monkeypatch.setattr(doorbell, "IDLE_SECONDS", 60.0)
    with closing(opened(storage, tmp_path)) as queue, ExitStack() as ends:
        made = Sleepers(queue)
        ends.callback(made.stop)
        yield made


@pytest.mark.parametrize("together", [False, True])
def test_each_message_wakes_a_thread_of_its_own(
    sleepers: Sleepers, storage: dict[str, str], tmp_path: Path, together: bool
) -> None:
    messages = [b"message %d" % number for number in range(THREADS)]
    with closing(opened(storage, tmp_path)) as web:
        if together:
            web.enqueue_all(messages)
        for message in () if together else messages:
            web.enqueue(message)
    got = [sleepers.got.get(timeout=PATIENCE_SECONDS) for _ in range(THREADS)]
    assert {message for message, _ in got} == {b"message 0", b"message 1", b"message 2"}
    assert len({thread for _, thread in got}) == THREADS


def test_a_worker_that_stops_wakes_every_thread(sleepers: Sleepers) -> None:
    with pytest.raises(Empty):
        sleepers.got.get(timeout=0.05)
    sleepers.stop()
    assert not [thread for thread in sleepers.threads if thread.is_alive()]
