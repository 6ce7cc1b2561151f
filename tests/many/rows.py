"""Reads the runs from outside of Django, from SQLite or PostgreSQL: what the promise is about."""

from __future__ import annotations

import sqlite3
import uuid
from contextlib import closing
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

import psycopg

from tests.patience import PATIENCE_SECONDS

ENDED = {"completed", "failed", "cancelled", "unknown"}


@dataclass(frozen=True)
class Row:
    """One run as it stands."""

    id: str
    prompt: str
    status: str
    output: str
    worker: str
    prediction_id: str
    error_kind: str
    last_error: str
    attempts: int
    submit_started_at: datetime | None
    finished_at: datetime | None

    @property
    def worker_pid(self) -> int:
        return int(self.worker.split(":")[1]) if self.worker else 0


COLUMNS = ", ".join(field.name for field in fields(Row))
QUERY = f"SELECT {COLUMNS} FROM playground_run"  # noqa: S608 - names of ours


def read(database_url: str) -> list[Row]:
    """Return every run there is."""
    path = database_url.removeprefix("sqlite:///")
    if path == database_url:
        with psycopg.connect(database_url) as connection:
            return [Row(str(key), *values) for key, *values in connection.execute(QUERY)]
    with closing(sqlite3.connect(path, timeout=PATIENCE_SECONDS)) as connection:
        return [_from_sqlite(values) for values in connection.execute(QUERY)]


def _from_sqlite(values: tuple[Any, ...]) -> Row:
    key, *plain, started, finished = values
    return Row(str(uuid.UUID(key)), *plain, _moment(started), _moment(finished))


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None


def all_ended(database_url: str) -> bool:
    return all(row.status in ENDED for row in read(database_url))


def workers_reporting(database_url: str) -> int:
    """Return how many worker processes have said that they are there."""
    path = database_url.removeprefix("sqlite:///")
    query = "SELECT count(*) FROM playground_worker"
    if path == database_url:
        with psycopg.connect(database_url) as connection:
            return int(connection.execute(query).fetchall()[0][0])
    with closing(sqlite3.connect(path, timeout=PATIENCE_SECONDS)) as connection:
        return int(connection.execute(query).fetchone()[0])
