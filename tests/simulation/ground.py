"""What histories are played on: an empty database in memory, and the doors through which the
product reaches clocks, threads, the network, the disk and the queue.

Put in once for many histories; each begins with the same empty rows.
"""

from __future__ import annotations

import logging
import random
import sqlite3
import sys
import tempfile
import time
import types
import uuid
from contextlib import ExitStack, contextmanager, nullcontext
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

from django.core.cache import cache as django_cache
from django.core.files.storage import default_storage
from django.db import connection, connections
from django.test import override_settings
from django.utils import timezone

from playground import imaging
from playground.config import access_modes
from playground.operations import worker_threads
from playground.providers import openai, transport  # noqa: F401 - so that they are there
from playground.providers.demo import Demo  # noqa: F401
from playground.providers.endpoint import Server
from playground.providers.openai import provider as chat
from playground.providers.transport import requests as calls
from playground.providers.transport.sessions import _Session
from playground.providers.wavespeed import uploads
from playground.storage import databases, writes
from playground.storage.sqlite.base import DatabaseWrapper
from playground.worker import execution, poll_schedule, streaming
from playground.worker.queue import dispatch
from tests.migrated import put_migrated
from tests.simulation.books import WATCHED
from tests.simulation.clock import Event
from tests.simulation.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.simulation.history import History

HEARTBEAT_SECONDS = 25  # rarer than in life, and still before a worker counts as gone
LIMITS = {"SITE_RUNS_MINUTE": 7, "SITE_UNITS_DAY": 60}
SETTINGS: dict[str, Any] = {
    "WAVESPEED_API_KEY": "wsk_simulated_0123456789",
    "WAVESPEED_BASE_URL": "http://provider.test",
    "SERVERS": (Server("local", "http://chat.test/v1", "Local", "sk-simulated-0123"),),
    "WEBHOOK_URL": "http://playground.test",
    "WEBHOOK_SECRET": "whsec_simulated",
    "RUN_DEADLINE": 20,
    "WAVESPEED_CONCURRENCY": 2,
    "SERVER_CONCURRENCY": 1,
    "LIMITS": LIMITS,
    "ALLOWED_HOSTS": ["*"],
}


class Ground:
    """Where histories are played, one after the other, in this thread."""

    def __init__(self) -> None:
        self.world: World | None = None
        self._empty = _migrated()
        self._faults: list[str] = []

    def play(self, history: History) -> list[str]:
        """Return what was wrong at the end; nothing where the books are right."""
        self._empty.backup(connection.connection)
        django_cache.clear()
        drawn = random.Random(history.seed)
        self.world = World(history)
        self._faults.clear()
        with (
            mock.patch.object(uuid, "os", types.SimpleNamespace(urandom=drawn.randbytes)),
            mock.patch.object(poll_schedule, "random", random.Random(history.seed)),
            mock.patch.object(default_storage, "_wrapped", self.world.disk),
            mock.patch.object(connection, "execute_wrappers", [self.world.database]),
        ):
            found = self.world.play()
        return [*found, *self._faults]

    def note(self, record: logging.LogRecord) -> bool:
        """Take what is logged as a fault of ours, unless the history made it."""
        error = record.exc_info[1] if record.exc_info else None
        if not isinstance(error, OSError):  # a disk that is full or away
            self._faults.append(f"logged: {record.getMessage()} ({error!r})")
        return False


@contextmanager
def ground() -> Iterator[Ground]:
    made = DatabaseWrapper(_memory(), "default")
    kept = connections["default"]
    connections["default"] = made
    made.connect()
    played, logger = Ground(), logging.getLogger("playground.worker.execution")
    logger.addFilter(_Faults(played))
    disabled = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with ExitStack() as doors, override_settings(**SETTINGS):
            for door in _doors(played):
                doors.enter_context(door)
            yield played
    finally:
        logging.disable(disabled)
        logger.filters.clear()
        made.connection.close()
        connections["default"] = kept


class _Faults(logging.Filter):
    def __init__(self, played: Ground) -> None:
        super().__init__()
        self._played = played

    def filter(self, record: logging.LogRecord) -> bool:
        return self._played.note(record)


def _memory() -> dict[str, Any]:
    settings = databases.database_settings("", Path()) | {"NAME": ":memory:", "TEST": {}}
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
    empty.executescript(WATCHED)
    return empty


def _doors(played: Ground) -> Iterator[Any]:
    def world() -> World:
        assert played.world
        return played.world

    yield from _clocks(world)
    thread = types.SimpleNamespace(
        Thread=lambda target, args, daemon: _Thread(world(), target, args),
        Event=lambda: Event(world().clock),
    )
    yield mock.patch.object(streaming, "threading", thread)
    yield mock.patch.object(writes, "_writing", nullcontext())  # each process has its own
    sent = lambda session, request, **given: world().provider.send(session, request, **given)  # noqa: E731
    yield mock.patch.object(_Session, "send", sent)
    yield mock.patch.object(dispatch, "_task", _Task)
    yield mock.patch.object(dispatch, "_enqueue", lambda messages: world().queue.put(messages))
    send = execution._send

    def sending(run: Any) -> None:
        actor = world().clock.actor
        assert actor
        actor.sending = run.pk
        send(run)

    yield mock.patch.object(execution, "_send", sending)
    for name in ("WORKER", "stopping", "pace"):  # which the clock sets for each process
        yield mock.patch.object(execution, name, getattr(execution, name))
    yield mock.patch.object(worker_threads, "HEARTBEAT_SECONDS", HEARTBEAT_SECONDS)
    for name in ("inspect", "prepare", "thumbnail"):  # the same few pictures again and again
        yield mock.patch.object(imaging, name, cache(getattr(imaging, name)))


def _clocks(world: Any) -> Iterator[Any]:
    shown = types.SimpleNamespace(
        monotonic=lambda: world().clock.monotonic(),
        time=lambda: world().clock.time(),
        sleep=lambda seconds: world().clock.sleep(seconds),
        thread_time=time.thread_time,
    )
    for name, module in list(sys.modules.items()):
        if name.startswith("playground.") and getattr(module, "time", None) is time:
            yield mock.patch.object(module, "time", shown)

    class Turned(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return world().clock.wall()  # type: ignore[no-any-return]

    for module in (timezone, uploads, calls, chat):
        yield mock.patch.object(module, "datetime", Turned)


class _Task:
    """Stands for a task by its name: what is put into the queue is its name and its run."""

    def __init__(self, name: str) -> None:
        self._name = name

    def s(self, run: str, delay: float | None = None) -> tuple[str, str, float]:
        return self._name, run, delay or 0.0


class _Thread:
    def __init__(self, world: World, target: Any, args: Any) -> None:
        self._world, self._act, self._args = world, target, args

    def start(self) -> None:
        actor = self._world.clock.actor
        assert actor
        self._actor = self._world.clock.spawn(actor.process, lambda: self._act(*self._args))

    def join(self) -> None:
        while not self._actor.dead:
            self._world.clock.pause(0.01)
