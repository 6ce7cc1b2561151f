"""Behind PgBouncer, which lends a session for one transaction at a time, everything works."""

from __future__ import annotations

import threading
import uuid
from contextlib import closing
from typing import TYPE_CHECKING, Any

import huey.storage
import psycopg
import pytest

from playground.storage.databases import database_settings
from playground.storage.postgresql import notifications
from playground.worker.queue.postgresql import ListeningPostgresStorage
from tests.fakes.wavespeed import FakeWaveSpeed
from tests.many.fleet import press_all, result
from tests.many.installation import Installation
from tests.servers.pgbouncer import pgbouncer
from tests.servers.processes import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.servers import PostgresServer

pytestmark = pytest.mark.processes
BETTER = "Set QUEUE_DATABASE_URL to its direct address"


@pytest.fixture(scope="module")
def pooler(postgres: PostgresServer) -> Iterator[int]:
    with pgbouncer(postgres) as port:
        yield port


@pytest.fixture
def direct(postgres: PostgresServer) -> str:
    return postgres.create_database(f"test_{uuid.uuid4().hex}")


@pytest.fixture
def pooled(postgres: PostgresServer, pooler: int, direct: str) -> str:
    return direct.replace(f":{postgres.port}/", f":{pooler}/")


def test_every_run_is_done_once_and_the_log_says_what_would_be_better(
    tmp_path: Path, direct: str, pooled: str
) -> None:
    settings = {"DATABASE_URL": direct, "REDIS_URL": "", "LOG_LEVEL": "INFO"}
    with FakeWaveSpeed() as fake, Installation(tmp_path, fake, **settings) as product:
        product.settings["DATABASE_URL"] = pooled
        assert product.start("manage.py", "migrate", "--noinput", "-v0").wait() == 0
        product.start_worker()
        press_all(product, 12, webs=1)
        outcome = result(product, fake, patience=60)
        until(lambda: BETTER in product.log.read_text(), "the worker knows that it hears nothing")
        said = product.log.read_text()
    assert (outcome.states, outcome.twice) == ({"completed": 12}, [])
    assert said.count(BETTER) == 1
    assert "Traceback" not in said


@pytest.mark.parametrize(("address", "hears"), [("direct", True), ("pooled", False)])
def test_a_worker_knows_whether_it_would_be_told(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: Any, address: str, hears: bool
) -> None:
    monkeypatch.setattr(huey.storage, "psycopg", psycopg)  # left out where the settings say SQLite
    database = database_settings(request.getfixturevalue(address), tmp_path)
    queue = ListeningPostgresStorage("q", database=database, create_tables=True)
    with closing(queue), closing(queue._connect()) as connection:
        assert notifications.listen(connection, queue.channel, queue._connect) is hears


def test_messages_are_noticed_where_nobody_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pooled: str
) -> None:
    monkeypatch.setattr(huey.storage, "psycopg", psycopg)
    database = database_settings(pooled, tmp_path)
    with closing(ListeningPostgresStorage("q", database=database, create_tables=True)) as queue:
        changes = queue.changes(threading.Event())
        assert next(changes) is False
        for number in range(20):  # psycopg would prepare what it sends more than five times
            queue.enqueue(b"message %d" % number)
        assert next(changes) is True
        assert [queue.next_message() for _ in range(20)][-1] == b"message 19"
