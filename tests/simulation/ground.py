"""What histories are played on: an empty database, and the doors to the outside.

Put in once for many histories; each begins with the same empty rows.
"""

from __future__ import annotations

import logging
import random
import types
import uuid
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any
from unittest import mock

from django.core.cache import cache as django_cache
from django.core.files.storage import default_storage
from django.db import connection, connections
from django.test import override_settings

from playground.providers.endpoint import Server
from playground.worker import poll_schedule
from tests.simulation.doors import doors
from tests.simulation.rows import InMemory, OnPostgres
from tests.simulation.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.simulation.history import History

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

    def __init__(self, rows: InMemory | OnPostgres) -> None:
        self.world: World | None = None
        self._rows = rows
        self._faults: list[str] = []

    def play(self, history: History) -> list[str]:
        """Return what was wrong at the end; nothing where the books are right."""
        self._rows.empty()
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

    def now(self) -> World:
        assert self.world
        return self.world

    def note(self, record: logging.LogRecord) -> bool:
        """Take what is logged as a fault of ours, unless the history made it."""
        error = record.exc_info[1] if record.exc_info else None
        if not isinstance(error, OSError):  # a disk that is full or away
            self._faults.append(f"logged: {record.getMessage()} ({error!r})")
        return False


@contextmanager
def ground(postgres: str = "") -> Iterator[Ground]:
    """postgres: the URL of a database there, as which others are named that are made anew."""
    rows = OnPostgres(postgres) if postgres else InMemory()
    kept = connections["default"]
    connections["default"] = rows.connection
    played, logger = Ground(rows), logging.getLogger("playground.worker.execution")
    logger.addFilter(_Faults(played))
    disabled = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with ExitStack() as opened, override_settings(**SETTINGS):
            for door in doors(played.now):
                opened.enter_context(door)
            yield played
    finally:
        logging.disable(disabled)
        logger.filters.clear()
        rows.close()
        connections["default"] = kept


class _Faults(logging.Filter):
    def __init__(self, played: Ground) -> None:
        super().__init__()
        self._played = played

    def filter(self, record: logging.LogRecord) -> bool:
        return self._played.note(record)
