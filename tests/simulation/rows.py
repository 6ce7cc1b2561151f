"""Where the rows of histories are: SQLite in memory, or PostgreSQL. Empty before each history."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from django.db import connections

from playground.config import access_modes
from playground.storage import databases
from playground.storage.postgresql.base import DatabaseWrapper as PostgresWrapper
from playground.storage.sqlite.base import DatabaseWrapper
from tests.migrated import put_migrated, put_migrated_postgres
from tests.simulation import watching

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

NAMED = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"


class InMemory:
    """Each history begins with a copy of the same empty database."""

    def __init__(self) -> None:
        self._empty = _migrated()
        self.connection: BaseDatabaseWrapper = DatabaseWrapper(_settings("", ":memory:"), "default")
        self.connection.connect()

    def empty(self) -> None:
        self._empty.backup(self.connection.connection)

    def close(self) -> None:
        self.connection.connection.close()  # the wrapper keeps a database in memory open


class OnPostgres:
    """Each history begins with the tables emptied that were empty after the migrations."""

    def __init__(self, url: str) -> None:
        url = f"{url}_{os.getpid()}"
        put_migrated_postgres(url, access_modes.ACCOUNTS)
        with psycopg.connect(url) as made:
            tables = [name for (name,) in made.execute(NAMED) if not _has_rows(made, name)]
            made.execute(watching.POSTGRES)
            seen = [name for (name,) in made.execute(NAMED) if name.startswith("seen_")]
        self._emptying = f"TRUNCATE {', '.join([*tables, *seen])} RESTART IDENTITY CASCADE"
        self.connection: BaseDatabaseWrapper = PostgresWrapper(_settings(url), "default")
        self.connection.connect()

    def empty(self) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(self._emptying)

    def close(self) -> None:
        self.connection.close()


def _has_rows(made: psycopg.Connection[Any], table: str) -> bool:
    return bool(made.execute(f'SELECT 1 FROM "{table}" LIMIT 1').fetchone())  # noqa: S608


def _settings(url: str, name: str = "") -> dict[str, Any]:
    settings = databases.database_settings(url, Path())
    settings |= {"NAME": name or settings["NAME"], "TEST": {}}
    configured: dict[str, Any] = connections.configure_settings({"default": settings})["default"]
    return configured


def _migrated() -> sqlite3.Connection:
    """Return an empty database of today's code, with triggers that write down what runs do."""
    empty = sqlite3.connect(":memory:")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        put_migrated(path, access_modes.ACCOUNTS)
        file = sqlite3.connect(path)
        file.backup(empty)
        file.close()
    empty.executescript(watching.SQLITE)
    return empty
