"""The clock, and who acts when: actors are greenlets, one at a time, in the order of their moments.

An actor gives way where the product waits, and where a fault says so, never within a transaction.
"""

from __future__ import annotations

import heapq
import random
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import greenlet
from django.db import connection

from playground.worker import execution
from playground.worker.poll_schedule import Pace

if TYPE_CHECKING:
    from collections.abc import Callable

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Killed(BaseException):
    """The process of this actor is dead: nothing that it does counts any more."""


class Process:
    """What dies together: a worker with its threads, or a web process with one request."""

    def __init__(self, name: str, clock: Clock) -> None:
        self.name, self.clock = name, clock
        self.dead = False
        self.stopping = Event(clock)
        self.pace = Pace()
        self.actors: list[Actor] = []

    def kill(self) -> None:
        self.dead = True
        for actor in self.actors:
            self.clock.wake(actor)


class Actor(greenlet.greenlet):
    """A thread of a process. sending: the run that it is sending."""

    def __init__(self, process: Process, act: Callable[[], Any], clock: Clock) -> None:
        super().__init__(self._run, clock.main)
        self.process, self.clock, self._act = process, clock, act
        self.turn, self.is_idle = 0, False
        self.sending: Any = None
        process.actors.append(self)

    def _run(self) -> None:
        try:
            self._act()
        except Killed:
            pass
        except Exception as error:  # noqa: BLE001 - told in the books
            self.clock.on_error(error)
        finally:
            self.process.actors.remove(self)


class Event:
    """Like threading.Event, by this clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock, self._is_set = clock, False
        self._waiting: list[Actor] = []

    def is_set(self) -> bool:
        return self._is_set

    def set(self) -> None:
        self._is_set = True
        for actor in self._waiting:
            self._clock.wake(actor)

    def wait(self, seconds: float | None = None) -> bool:
        actor = self._clock.actor
        if not self._is_set and actor:
            self._waiting.append(actor)
            try:
                self._clock.pause(1e9 if seconds is None else seconds)
            finally:
                self._waiting.remove(actor)
        self._clock.check()
        return self._is_set


class Clock:
    """now: seconds, and never back. skew: what the wall clock is off, either way."""

    def __init__(self) -> None:
        self.main = greenlet.getcurrent()
        self.now, self.skew, self.most_skew = 1000.0, 0.0, 0.0
        self.random = random.Random(0)
        self.errors: list[Exception] = []
        self.due: list[tuple[float, int, Actor, int]] = []
        self._order = count()

    @property
    def actor(self) -> Actor | None:
        current = greenlet.getcurrent()
        return current if isinstance(current, Actor) else None

    def on_error(self, error: Exception) -> None:
        self.errors.append(error)

    def wall(self) -> datetime:
        self.now += 1e-5  # no two moments are the same
        return START + timedelta(seconds=self.now + self.skew)

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return self.wall().timestamp()

    def turn(self, seconds: float) -> None:
        """Set the wall clock forward or back."""
        self.skew += seconds
        self.most_skew = max(self.skew, self.most_skew)

    def spawn(self, process: Process, act: Callable[[], Any], after: float = 0.0) -> Actor:
        actor = Actor(process, act, self)
        self._push(actor, self.now + after)
        return actor

    def wake(self, actor: Actor) -> None:
        self._push(actor, self.now)

    def _push(self, actor: Actor, at: float) -> None:
        actor.turn += 1
        heapq.heappush(self.due, (at, next(self._order), actor, actor.turn))

    def is_awaited(self, name: str) -> bool:
        """Whether a process of this name has still something to do."""
        return any(actor.process.name == name and not actor.dead for _, _, actor, _ in self.due)

    def check(self) -> None:
        """Raise Killed in an actor whose process is dead."""
        actor = self.actor
        if actor and actor.process.dead:
            raise Killed

    def pause(self, seconds: float) -> None:
        """Let others act meanwhile; within a transaction time passes alone."""
        actor = self.actor
        self.check()
        if actor is None or connection.in_atomic_block:
            self.now += seconds
            return
        self._push(actor, self.now + seconds)
        self.main.switch()
        self.check()

    sleep = pause

    def run(self, until: float, done: Callable[[], bool] = lambda: False) -> None:
        """Let all act until that moment, or until it is done."""
        while self.due and self.due[0][0] <= until and not done():
            at, _, actor, turn = heapq.heappop(self.due)
            if actor.dead or turn != actor.turn:
                continue
            self.now = max(self.now, at)
            process = actor.process
            execution.WORKER, execution.stopping = process.name, process.stopping  # type: ignore[assignment]
            execution.pace = process.pace
            actor.switch()
        if not done():
            self.now = max(self.now, until)
