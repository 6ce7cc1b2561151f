"""Where the product reaches clocks, threads, the network, the disk and the queue."""

from __future__ import annotations

import sys
import time
import types
from contextlib import nullcontext
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from unittest import mock

from django.utils import timezone

from playground import imaging
from playground.operations import worker_threads
from playground.providers import at_once
from playground.providers.transport import requests as calls
from playground.providers.transport.sessions import _Session
from playground.providers.wavespeed import uploads
from playground.storage import once, writes
from playground.worker import execution, streaming
from playground.worker.queue import dispatch
from tests.simulation.clock import Event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.simulation.world import World

HEARTBEAT_SECONDS = 25  # rarer than in life, and still before a worker counts as gone
LOOK_SECONDS = 1.0  # between two looks whether another worker has done what this one waits for


def doors(world: Callable[[], World]) -> Iterator[Any]:
    """Yield what is to be patched for as long as histories are played. world: the one of now."""
    yield from _clocks(world)
    thread = types.SimpleNamespace(
        Thread=lambda target, args, daemon: _Thread(world(), target, args),
        Event=lambda: Event(world().clock),
    )
    yield mock.patch.object(streaming, "threading", thread)
    yield mock.patch.object(writes, "_writing", nullcontext())  # each process has its own
    sent = lambda session, request, **given: world().provider.send(session, request, **given)  # noqa: E731
    yield mock.patch.object(_Session, "send", sent)
    yield mock.patch.object(dispatch, "_message", _message)
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
    yield mock.patch.object(once, "POLL_SECONDS", LOOK_SECONDS)
    yield mock.patch.object(worker_threads, "HEARTBEAT_SECONDS", HEARTBEAT_SECONDS)
    for name in ("inspect", "prepare", "thumbnail"):  # the same few pictures again and again
        yield mock.patch.object(imaging, name, cache(getattr(imaging, name)))


def _clocks(world: Callable[[], World]) -> Iterator[Any]:
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
            return world().clock.wall()

    for module in (timezone, uploads, calls, at_once):
        yield mock.patch.object(module, "datetime", Turned)


def _message(door: str, of: object, delay: float | None = None) -> tuple[str, str, float]:
    """Stand for a message in the queue: the name of a task, its run, and a delay in seconds."""
    return door, str(of), delay or 0.0


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
