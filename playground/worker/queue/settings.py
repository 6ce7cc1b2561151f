"""How the work queue is opened: a hint to the workers, never the truth, which is the run's row.

Storage follows the settings: Redis where REDIS_URL is given, else PostgreSQL where the rows are
there, else a SQLite file of its own beside the application's.
"""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from playground.storage.databases import POSTGRES

# Redis connections beyond one a thread: the scheduler, the web's own, and some air.
SPARE_CONNECTIONS = 32


def queue_settings(
    *, redis_url: str, database: dict[str, Any], data_dir: Path, threads: int, secret: str
) -> dict[str, Any]:
    """Return the HUEY setting. Opens nothing."""
    is_postgres = database["ENGINE"] == POSTGRES
    with _left_out(redis=not redis_url, psycopg=not is_postgres):
        from playground.worker.queue.serializer import Sha256Serializer
    settings = _base(threads)
    # Messages are pickles: a broker that others can write to must not be able to run code here.
    signed = {
        "serializer": Sha256Serializer(secret=secret, salt="playground.worker.queue.settings")
    }
    if redis_url:
        connection = {"url": _with_connections(redis_url, threads), "read_timeout": 2}
        settings |= {
            "huey_class": "playground.worker.queue.storage.ListeningRedisHuey",
            "connection": connection,
        }
        return settings | signed
    if is_postgres:
        stored = {"huey_class": "playground.worker.queue.postgresql.ListeningPostgresHuey"}
        connection = {"database": database, "create_tables": False}
        return settings | signed | stored | {"connection": connection}
    connection = {"filename": str(data_dir / "queue.db"), "timeout": 20}
    stored = {"huey_class": "playground.worker.queue.storage.ListeningSqliteHuey"}
    return settings | stored | {"connection": connection}


@contextmanager
def _left_out(**libraries: bool) -> Iterator[None]:
    """Have Huey imported without the libraries of storages that are not used.

    It imports what it finds: 70 ms at the start, and 15 MB, in each process.
    """
    absent = [name for name, unused in libraries.items() if unused and name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type] # None: there is none such
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


def storage_errors() -> tuple[type[Exception], ...]:
    """Return what the storages raise, each in the words of its own library, if that is loaded."""
    own = (("psycopg", "Error"), ("redis", "RedisError"))
    loaded = [getattr(sys.modules[name], error) for name, error in own if name in sys.modules]
    return (sqlite3.Error, OSError, *loaded)


def _base(threads: int) -> dict[str, Any]:
    return {
        "name": "playground",
        "immediate": False,  # the default is DEBUG, which would run tasks inside the request
        "results": False,
        "consumer": {
            "workers": threads,
            "worker_type": "thread",
            "initial_delay": 0.05,  # these three count after a fault: the doorbell wakes otherwise
            "max_delay": 1,
            "backoff": 1.15,
            "scheduler_interval": 1,
            "periodic": True,
            "graceful_signal": "TERM",
            "shutdown_timeout": 8,
        },
    }


def _with_connections(url: str, threads: int) -> str:
    address, _, query = url.partition("?")  # the rest may be the path of a socket
    with_ours = dict(parse_qsl(query)) | {"max_connections": str(threads + SPARE_CONNECTIONS)}
    return f"{address}?{urlencode(with_ours)}"
