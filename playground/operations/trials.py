"""Tries the database, the queue and the storage once each, over a connection of its own.

Own connections, since those in use may be busy, and a setting is only tried by connecting anew.
"""

import contextlib
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.utils.encoding import filepath_to_uri

from playground.storage.media import BUCKET, StorageAwayError
from playground.storage.postgresql.parameters import connection_parameters

CONNECT_SECONDS = 2
MIN_FREE_BYTES = 64 * 1024 * 1024  # a form may carry so much
SILENT = "does not answer"


class TroubleError(Exception):
    """A connection that does not work. brief: for anybody. str(): for the operator."""

    def __init__(self, brief: str, words: str) -> None:
        self.brief = brief
        super().__init__(words)


@dataclass(frozen=True)
class Verdict:
    """What came of a trial: words for the operator, brief for anybody ("ok", or what is wrong)."""

    words: str
    brief: str = "ok"

    @property
    def works(self) -> bool:
        return self.brief == "ok"


def try_database() -> str:
    """Return what answered. Raises TroubleError."""
    if connection.vendor == "sqlite":
        return _sqlite(str(connection.settings_dict["NAME"]), "The database")
    return _postgres("DATABASE_URL", "The database", connection.get_connection_params())


def try_queue() -> str:
    """Return what answered. Raises TroubleError."""
    kept: dict[str, Any] = settings.HUEY["connection"]
    if "url" in kept:
        return _redis(kept["url"])
    if "database" in kept:
        own = kept["database"] is not settings.DATABASES["default"]
        setting = "QUEUE_DATABASE_URL" if own else "DATABASE_URL"
        return _postgres(setting, "The queue", connection_parameters(kept["database"]))
    return _sqlite(kept["filename"], "The queue")


def try_storage() -> str:
    """Return what answered. Raises TroubleError. Writes nothing."""
    if settings.STORAGES["default"]["BACKEND"] != BUCKET:
        inside = [_folder(Path(settings.MEDIA_ROOT) / name) for name in ("images", "sent", "")]
        return inside[-1]
    try:
        default_storage.find_nothing()  # type: ignore[attr-defined] # of ObjectStorage
    except StorageAwayError as error:
        raise TroubleError(error.brief, str(error)) from error
    name = settings.STORAGES["default"]["OPTIONS"]["bucket_name"]
    return f"The storage of pictures answers: the bucket {name}."


TRIALS: dict[str, Callable[[], str]] = {
    "database": try_database,
    "queue": try_queue,
    "storage": try_storage,
}


def verdicts(seconds: float) -> dict[str, Verdict]:
    """Try them at the same time; what has not answered by then does not work."""
    begun = {name: _begin(name) for name in TRIALS}
    end = time.monotonic() + seconds
    for trial in begun.values():
        trial.ended.wait(max(0.0, end - time.monotonic()))
    silent = {name: f"The {name} did not answer within {seconds:g} seconds." for name in begun}
    return {name: trial.verdict or Verdict(silent[name], SILENT) for name, trial in begun.items()}


class _Trial:
    def __init__(self, name: str) -> None:
        self.verdict: Verdict | None = None
        self.ended = threading.Event()
        # A daemon: looking up the name of a host may take longer than anybody waits.
        threading.Thread(target=self._try, args=(name,), name=f"trial-{name}", daemon=True).start()

    def _try(self, name: str) -> None:
        try:
            self.verdict = Verdict(TRIALS[name]())
        except TroubleError as trouble:
            self.verdict = Verdict(str(trouble), trouble.brief)
        finally:
            self.ended.set()


_running: dict[str, _Trial] = {}
_beginning = threading.Lock()


def _begin(name: str) -> _Trial:
    """One at a time, however many ask: what does not answer must not gather threads."""
    with _beginning:
        trial = _running.get(name)
        if trial is None or trial.ended.is_set():
            trial = _running[name] = _Trial(name)
        return trial


def _postgres(setting: str, what: str, parameters: dict[str, Any]) -> str:
    import psycopg

    try:
        with psycopg.connect(**parameters | {"connect_timeout": CONNECT_SECONDS}) as opened:
            opened.execute("SELECT 1")
            info = opened.info
            version = info.parameter_status("server_version")
            return f"{what} answers: PostgreSQL {version} at {info.host}, {info.dbname}."
    except psycopg.Error as error:
        words = f"{what} does not answer. {_last_line(error)}. Check {setting} and the server."
        raise TroubleError(SILENT, words) from error


def _redis(url: str) -> str:
    import redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    once = Retry(NoBackoff(), 0)
    waits = {"socket_connect_timeout": CONNECT_SECONDS, "socket_timeout": CONNECT_SECONDS}
    try:
        with redis.Redis.from_url(url, retry=once, **waits) as client:
            version = client.info("server")["redis_version"]
            number = int(client.connection_pool.connection_kwargs.get("db") or 0)
            return f"The queue answers: Redis {version}, database {number}."
    except (redis.RedisError, OSError, ValueError, TypeError) as error:
        words = f"The queue does not answer. {_last_line(error)}. Check REDIS_URL and the server."
        raise TroubleError(SILENT, words) from error


def _sqlite(name: str, what: str) -> str:
    path = f"file:{filepath_to_uri(name)}?mode=rw" if ":" not in name else name
    try:
        with contextlib.closing(sqlite3.connect(path, CONNECT_SECONDS, uri=True)) as opened:
            opened.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.Error as error:
        if not Path(name).exists() and Path(name).parent.is_dir():
            return f"{what} will be made at the first start: {name}."
        raise TroubleError(SILENT, f"{what} cannot be opened. {name}: {error}.") from error
    return f"{what} answers: SQLite, {name}."


def _folder(folder: Path) -> str:
    there = next(one for one in (folder, *folder.parents) if one.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        words = f"Pictures cannot be stored: {there} cannot be written to. Check DATA_DIR."
        raise TroubleError("cannot be written to", words)
    if shutil.disk_usage(there).free < MIN_FREE_BYTES:
        words = f"Pictures cannot be stored: the disk of {there} is full. Free some space."
        raise TroubleError("the disk is full", words)
    return f"The storage of pictures can be written to: {folder}."


def _last_line(error: Exception) -> str:
    """Return what the library says in one line, without the addresses that it repeats."""
    lines = [line for line in str(error).splitlines() if line.strip() and line[0] != "\t"]
    line = lines[-1] if lines else type(error).__name__
    return line.rpartition("failed: ")[2].strip().rstrip(".")
