"""Where faults come from besides the provider: the database, the disk and the queue."""

from __future__ import annotations

import errno
import io
import sqlite3
from typing import TYPE_CHECKING, Any

from django.core.files.base import File
from django.core.files.storage import Storage
from django.db import OperationalError, connection

from playground.storage.media import StorageAwayError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tests.simulation.world import World

WRITES, PASSED = ("INSERT", "UPDATE", "DELETE", "BEGIN"), ("SAVEPOINT", "RELEASE", "ROLLBACK")


class Database:
    """Wraps every statement of an actor: a kill, a lock or a pause before it, or after it."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        if not self._world.clock.actor or sql.startswith(PASSED):
            return execute(sql, params, many, context)
        self._world.clock.check()
        self._world.clock.now += 0.0005
        site = "write" if sql.lstrip().startswith(WRITES) else "read"
        fault = self._world.fault(site)
        if fault:
            what = fault.what
            if sql.startswith("BEGIN"):  # there is nothing of it that could be kept
                what = {"kill after": "kill", "answer lost": "locked"}.get(what, what)
            return self._faulty(what, fault.size, lambda: execute(sql, params, many, context))
        return execute(sql, params, many, context)

    def _faulty(self, what: str, seconds: float, execute: Callable[[], Any]) -> Any:
        if what == "kill":
            self._world.kill_current()
        if what == "pause":
            self._world.clock.pause(0 if connection.in_atomic_block else seconds)
        if what == "locked" and not connection.in_atomic_block:
            raise OperationalError("database is locked")
        result = execute()
        if what == "kill after":
            self._world.kill_current()
        if what == "answer lost" and not connection.in_atomic_block:
            raise OperationalError("the connection broke after the write")
        return result


class Disk(Storage):
    """Files in memory: whole under their names, or not there."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.files: dict[str, bytes] = {}
        self._written: dict[str, datetime] = {}

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        self._world.clock.check()
        if name not in self.files:
            raise FileNotFoundError(errno.ENOENT, "no such file", name)
        return File(io.BytesIO(self.files[name]), name)

    def save(self, name: str, content: Any, max_length: int | None = None) -> str:
        def write() -> None:
            self.files[name] = content.read()
            self._written[name] = self._world.clock.wall()

        self._touch(write)
        return name

    def get_modified_time(self, name: str) -> datetime:
        return self._written[name]

    def delete(self, name: str) -> None:
        self._touch(lambda: self.files.pop(name, None))

    def _touch(self, act: Callable[[], Any]) -> None:
        self._world.clock.check()
        fault = self._world.fault("disk")
        what = fault.what if fault else ""
        if what == "kill":
            self._world.kill_current()
        if what == "full":
            raise OSError(errno.ENOSPC, "no space left on device")
        if what == "away":
            raise StorageAwayError("the storage did not answer")
        if fault and what == "pause":
            self._world.clock.pause(fault.size)
        act()
        if what == "kill after":
            self._world.kill_current()

    def exists(self, name: str) -> bool:
        return name in self.files

    def size(self, name: str) -> int:
        if name not in self.files:
            raise FileNotFoundError(errno.ENOENT, "no such file", name)
        return len(self.files[name])

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        below = [name[len(path) + 1 :] for name in self.files if name.startswith(f"{path}/")]
        folders = {name.split("/")[0] for name in below if "/" in name}
        return sorted(folders), sorted(name for name in below if "/" not in name)


class Queue:
    """Messages: lost, late, twice, or refused because the queue is away."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.messages: list[tuple[float, str, str]] = []

    def put(self, messages: list[tuple[str, str, float]]) -> None:
        for message in messages:
            self._world.clock.check()
            self._put(*message)

    def _put(self, name: str, run: str, delay: float) -> None:
        fault = self._world.fault("queue")
        what, due = fault.what if fault else "", self._world.clock.now + delay
        if what == "away":
            raise sqlite3.OperationalError("the queue is away")
        if what == "lose":
            return
        late = fault.size if fault and what == "late" else 0.0
        self.messages.append((due + late, name, run))
        if what == "twice":
            self.messages.append((due + (fault.size if fault else 0.0), name, run))
        self._world.ring()

    def take(self) -> tuple[str, str] | None:
        """Return the next message that is due."""
        now = self._world.clock.now
        due = min((one for one in self.messages if one[0] <= now), default=None)
        if not due:
            return None
        self.messages.remove(due)
        return due[1], due[2]

    @property
    def next_due(self) -> float:
        """Seconds until the next message."""
        return max(min((one[0] for one in self.messages), default=1e9) - self._world.clock.now, 0.0)
