"""Where the queue is: reached by the parameters that Django uses, or at an address of its own."""

from __future__ import annotations

import uuid
from contextlib import closing
from typing import TYPE_CHECKING, Any

import huey.storage
import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured

from playground.storage.databases import POSTGRES, database_settings, queue_database
from playground.storage.postgresql.base import is_there
from playground.worker.queue.postgresql import ListeningPostgresStorage
from playground.worker.queue.settings import queue_settings
from tests.servers import postgres_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.servers import PostgresServer

pytestmark = pytest.mark.processes
ENCRYPTED = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"


@pytest.fixture(scope="module")
def with_tls() -> Iterator[PostgresServer]:
    with postgres_server(tls=True) as server:
        yield server


def connected(url: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> psycopg.Connection[Any]:
    """The connection of a queue whose rows are at this URL."""
    monkeypatch.setattr(huey.storage, "psycopg", psycopg)  # left out where the settings say SQLite
    rows = database_settings(url, folder)
    made = queue_settings(redis_url="", database=rows, data_dir=folder, threads=1, secret="s")
    opened: psycopg.Connection[Any] = ListeningPostgresStorage("q", **made["connection"]).conn
    return opened


def test_it_is_encrypted_and_verified_as_the_url_asks(
    tmp_path: Path, with_tls: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = f"sslmode=verify-full&sslrootcert={with_tls.folder}/certificate.pem"
    with closing(connected(f"{with_tls.url('postgres')}?{ours}", tmp_path, monkeypatch)) as queue:
        assert queue.execute(ENCRYPTED).fetchone() == (True,)
        assert is_there(queue)  # nothing of TLS lies unread, which would look like an end


def test_a_server_that_cannot_be_verified_gets_no_message(
    tmp_path: Path, with_tls: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"{with_tls.url('postgres')}?sslmode=verify-full&sslrootcert=system"
    with pytest.raises(psycopg.OperationalError, match=r"certificate|sslrootcert"):
        connected(url, tmp_path, monkeypatch)


def test_it_is_not_encrypted_where_the_url_says_so(
    tmp_path: Path, with_tls: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"{with_tls.url('postgres')}?sslmode=disable"
    with closing(connected(url, tmp_path, monkeypatch)) as queue:
        assert queue.execute(ENCRYPTED).fetchone() == (False,)


def test_it_is_reached_through_the_socket_of_the_url(
    tmp_path: Path, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"postgres://playground@/postgres?host={postgres.folder}&port={postgres.port}"
    with closing(connected(url, tmp_path, monkeypatch)) as queue:
        assert queue.execute("SELECT inet_server_addr()").fetchone() == (None,)


def test_a_socket_of_redis_stays_one(tmp_path: Path) -> None:
    made = queue_settings(
        redis_url="unix:///run/redis.sock?db=2",
        database={"ENGINE": POSTGRES},
        data_dir=tmp_path,
        threads=1,
        secret="s",
    )
    assert made["connection"]["url"] == "unix:///run/redis.sock?db=2&max_connections=33"


def test_the_queue_may_have_an_address_of_its_own(
    tmp_path: Path, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres.create_database(f"test_{uuid.uuid4().hex}")
    pooled = database_settings("postgres://127.0.0.1:1/none", tmp_path)
    own = queue_database(url, "", pooled, tmp_path)
    monkeypatch.setattr(huey.storage, "psycopg", psycopg)
    with closing(ListeningPostgresStorage("q", database=own, create_tables=True)) as queue:
        queue.enqueue(b"message")
        assert queue.dequeue() == b"message"


@pytest.mark.parametrize(
    ("url", "redis", "words"),
    [
        ("sqlite:///rows.db", "", "QUEUE_DATABASE_URL names no PostgreSQL"),
        ("postgres://h/name", "redis://h/0", "Both REDIS_URL and QUEUE_DATABASE_URL"),
    ],
)
def test_an_address_that_cannot_be_the_queues_is_refused(
    tmp_path: Path, url: str, redis: str, words: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=words):
        queue_database(url, redis, {}, tmp_path)
