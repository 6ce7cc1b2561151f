"""How the database is opened, and given back before a wait.

SQLite as it should be by default, PostgreSQL by DATABASE_URL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.db import close_old_connections, connection

from playground.config.urls import POSTGRES_URL

if TYPE_CHECKING:
    from pathlib import Path

    from playground.storage.shared_connections import Connections, PassesOn

SQLITE, POSTGRES = "playground.storage.sqlite", "playground.storage.postgresql"
OURS = {"django.db.backends.sqlite3": SQLITE, "django.db.backends.postgresql": POSTGRES}
# A server that does not answer is given up within seconds, also one that falls silent later.
CONNECT_TIMEOUTS = {"connect_timeout": 5, "tcp_user_timeout": 10_000}  # seconds; milliseconds
CONNECT_TIMEOUTS |= {"keepalives_idle": 30, "keepalives_interval": 5, "keepalives_count": 3}
OTHER_DATABASE = f"DATABASE_URL names neither SQLite nor PostgreSQL. Set it to {POSTGRES_URL}."
OTHER_QUEUE = f"QUEUE_DATABASE_URL names no PostgreSQL. Set it to {POSTGRES_URL}."
TWO_QUEUES = "Both REDIS_URL and QUEUE_DATABASE_URL are set. The queue has one place: remove one."


def queue_database(url: str, redis_url: str, rows: dict[str, Any], data_dir: Path) -> Any:
    """Return the settings of the database in which the queue is: that of the rows, or its own.

    Raises ImproperlyConfigured.
    """
    if not url:
        return rows
    if redis_url:
        raise ImproperlyConfigured(TWO_QUEUES)
    if not url.startswith(("postgres://", "postgresql://", "pgsql://")):
        raise ImproperlyConfigured(OTHER_QUEUE)
    return database_settings(url, data_dir)


def database_settings(url: str, data_dir: Path) -> dict[str, Any]:
    """Return Django's settings for one database; raises ImproperlyConfigured for a third kind."""
    address = url or f"sqlite:///{data_dir / 'playground.db'}"
    try:
        settings: dict[str, Any] = dict(dj_database_url.parse(address))
    except ValueError as error:  # which shows the address, and so a password
        raise ImproperlyConfigured(OTHER_DATABASE) from error
    settings["ENGINE"] = OURS.get(settings["ENGINE"])
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
        settings["OPTIONS"] = CONNECT_TIMEOUTS | settings.get("OPTIONS", {})
    else:
        raise ImproperlyConfigured(OTHER_DATABASE)
    return settings


def pass_connections_on() -> None:
    """Have the threads of this process share few connections. Not where others are forked from."""
    kept().passed_on = True


def kept() -> Connections:
    """Return the connections that the threads of this process pass on."""
    return cast("PassesOn", connection).kept


def give_back_connection() -> None:
    """Let others have this thread's connection while it waits; a web's of SQLite is kept open.

    There are far fewer connections than a worker has threads. Never within a transaction, which
    would be lost with its connection.
    """
    if not connection.in_atomic_block:
        close_old_connections()
        if kept().passed_on:
            connection.close()


def changes() -> int | None:
    """Return a number that changes with every commit of others; None where there is none such."""
    if connection.vendor != "sqlite":
        return None
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA data_version")
        return int(cursor.fetchone()[0])
