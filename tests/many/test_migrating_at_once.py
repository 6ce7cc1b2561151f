"""Machines that come up together may all migrate: each ends well, and the tables are made once."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import huey.storage
import psycopg
import pytest

from playground.storage.databases import database_settings
from playground.worker.queue.postgresql import ListeningPostgresStorage
from tests.fakes.wavespeed import FakeWaveSpeed
from tests.many.installation import Installation
from tests.patience import PATIENCE_SECONDS
from tests.servers.fixtures import POSTGRES, SQLITE

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers import PostgresServer

pytestmark = pytest.mark.processes
MIGRATE = ("manage.py", "migrate", "--noinput", "-v0")


@pytest.mark.parametrize("storage", [SQLITE, POSTGRES], indirect=True)
def test_two_that_migrate_at_once_both_end_well(tmp_path: Path, storage: dict[str, str]) -> None:
    installation = Installation(tmp_path, FakeWaveSpeed(), **storage)  # not entered: not migrated
    both = [installation.start(*MIGRATE) for _ in range(2)]
    assert [process.wait(PATIENCE_SECONDS) for process in both] == [0, 0], (
        installation.log.read_text()
    )


def test_the_tables_of_a_queue_are_made_by_many_at_once(
    tmp_path: Path, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(huey.storage, "psycopg", psycopg)  # left out where the settings say SQLite
    dsn = postgres.create_database(f"test_{uuid.uuid4().hex}")
    rows = database_settings(dsn, tmp_path)
    queues = [ListeningPostgresStorage("q", database=rows, create_tables=False) for _ in range(8)]
    with ThreadPoolExecutor(len(queues)) as threads:
        list(threads.map(lambda queue: queue.initialize_schema(), queues))
    with psycopg.connect(dsn) as connection:
        found = connection.execute("SELECT to_regclass('huey_task')").fetchone()
    assert found == ("huey_task",)
