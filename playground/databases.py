"""How the database is opened, and given back before a wait.

SQLite as it should be by default, PostgreSQL by DATABASE_URL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.db import close_old_connections, connection

from playground.sqlite.base import connections

if TYPE_CHECKING:
    from pathlib import Path

DJANGOS_SQLITE = "django.db.backends.sqlite3"
SQLITE, POSTGRES = "playground.sqlite", "django.db.backends.postgresql"
OTHER_DATABASE = "DATABASE_URL names neither SQLite nor PostgreSQL. Set it to postgres://user:password@host/name."


def database_settings(url: str, data_dir: Path) -> dict[str, Any]:
    """Return Django's settings for one database; raises ImproperlyConfigured for a third kind."""
    address = url or f"sqlite:///{data_dir / 'playground.db'}"
    try:
        settings: dict[str, Any] = dict(dj_database_url.parse(address))
    except ValueError as error:  # which shows the address, and so a password
        raise ImproperlyConfigured(OTHER_DATABASE) from error
    if settings["ENGINE"] == DJANGOS_SQLITE:
        settings["ENGINE"] = SQLITE
    if settings["ENGINE"] == SQLITE:
        # FULL, not NORMAL: at a power cut NORMAL may forget that a run was already sent, and
        # the run would be paid twice. A kept connection saves syncs at every first write.
        settings["CONN_MAX_AGE"] = None
        settings["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        }
    elif settings["ENGINE"] == POSTGRES:
        settings["CONN_HEALTH_CHECKS"] = True
        settings.setdefault("OPTIONS", {})["pool"] = {"min_size": 1, "max_size": 10, "timeout": 30}
    else:
        raise ImproperlyConfigured(OTHER_DATABASE)
    return settings


def give_back_connection() -> None:
    """Let others have this thread's connection while it waits; a web's of SQLite is kept open.

    A pool has far fewer connections than a worker has threads. Never within a transaction, which
    would be lost with its connection.
    """
    if not connection.in_atomic_block:
        close_old_connections()
        if connections.passed_on and connection.vendor == "sqlite":
            connection.close()


def changes() -> int | None:
    """Return a number that changes with every commit of others; None where there is none such."""
    if connection.vendor != "sqlite":
        return None
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA data_version")
        return int(cursor.fetchone()[0])
