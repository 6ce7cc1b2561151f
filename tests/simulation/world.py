"""A history as it is played: who is there, what time it is, which faults are still to come."""

from __future__ import annotations

import io
from collections import Counter
from functools import cache, partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from PIL import Image as Pillow
from PIL.PngImagePlugin import PngInfo

from playground.accounts.visitor import Visitor
from playground.history import deletion
from playground.runs.failures import may_ask_again
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from tests.simulation import books
from tests.simulation.actors import call_about, start_worker
from tests.simulation.clock import Clock, Killed, Process
from tests.simulation.history import SPAN
from tests.simulation.people import People
from tests.simulation.places import Database, Disk, Queue
from tests.simulation.provider import Provider

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.simulation.history import Fault, History
    from tests.simulation.provider import Accepted

WORKERS, WEB = 2, "web"
CALM = 3000.0  # seconds in which everything has to end once nothing goes wrong any more
SLICE = 5.0
DAY = 86400.0


class World:
    visitor = Visitor(None, local=True)

    def __init__(self, history: History) -> None:
        self.history = history
        self.clock = Clock()
        self.database, self.disk, self.queue = Database(self), Disk(self), Queue(self)
        self.provider = Provider(self, history.seed)
        self.people = People(self, _pictures())
        self.workers: list[Process] = []
        self.used: Counter[str] = Counter()
        self.is_calm = False
        self._faults = {(one.site, one.number): one for one in history.faults}
        self._started = 0

    def play(self) -> list[str]:
        """Return what was wrong."""
        for _ in range(WORKERS):
            self.replace_worker()
        for step in self.history.steps:
            self.in_a_web_process(lambda step=step: self.people.act(step), after=step.at)
        try:
            self.clock.run(self.clock.now + max(step.at for step in self.history.steps) + 1)
            self._until_ended(SPAN)
            self._calm()
            return books.check(self)
        finally:
            self._end()

    def _calm(self) -> None:
        self.is_calm = True
        self.clock.skew = self.clock.most_skew  # one that was set back comes to every lease's end
        if not self._working():
            self.replace_worker()
        self._until_ended()
        if any(run.status == "unknown" or may_ask_again(run) for run in Run.objects.all()):
            self._settle()
        self.in_a_web_process(lambda: self.people.charges(0, 0))
        self.clock.run(self.clock.now + 1)
        tidy = partial(self.people.tidy, 0, 0)
        for days, act in ((2, deletion.purge), (0, self.people.press_what_is_gone), (2, tidy)):
            self.clock.turn(days * DAY)
            self.in_a_web_process(act)
            self.clock.run(self.clock.now + 1)

    def _working(self) -> list[Process]:
        return [one for one in self.workers if not one.dead and not one.stopping.is_set()]

    def _settle(self) -> None:
        """Somebody looks up what is unknown, and says which prediction it is."""
        for number in range(len(self.births())):
            self.in_a_web_process(lambda number=number: self.people.look_up(number, 0))
            self.in_a_web_process(lambda number=number: self.people.check(number, 0))
        self._until_ended()
        for number in range(len(self.births())):
            self.in_a_web_process(lambda number=number: self.people.link(number, 0))
        self._until_ended()

    def _until_ended(self, seconds: float = CALM) -> None:
        end = self.clock.now + seconds
        while self.clock.now < end:
            self.clock.run(self.clock.now + SLICE)
            if not self.queue.messages and not self.clock.is_awaited(WEB) and not is_open():
                return

    def _end(self) -> None:
        """Let nobody act any more."""
        for process in {actor.process for _, _, actor, _ in self.clock.due}:
            process.kill()
        self.clock.run(self.clock.now + 1)

    def in_a_web_process(self, act: Callable[[], Any], after: float = 0.0) -> None:
        self.clock.spawn(Process(WEB, self.clock), act, after)

    def replace_worker(self, after: float = 0.0) -> None:
        self._started += 1
        name = f"here:{self._started}:"

        def start() -> None:
            self.workers = [one for one in self.workers if not one.dead][-WORKERS:]
            self.workers.append(start_worker(self, name))

        if after:
            self.in_a_web_process(start, after)
        else:
            start()

    def ring(self) -> None:
        for worker in self.workers:
            for actor in worker.actors:
                if actor.is_idle:
                    self.clock.wake(actor)

    def fault(self, site: str) -> Fault | None:
        """Count a use of this place; return what goes wrong with it."""
        number = self.used[site]
        self.used[site] += 1
        return None if self.is_calm else self._faults.get((site, number))

    def kill_current(self) -> None:
        actor = self.clock.actor
        assert actor
        if actor.process in self.workers:
            self.replace_worker(after=5.0)
        actor.process.kill()
        raise Killed

    def call_back(self, made: Accepted) -> None:
        """Have the provider call about a prediction, where it was asked to."""
        fault = self.fault("webhook")
        what = fault.what if fault else ""
        if not made.webhook or what == "lose" or made.ends > self.clock.now + DAY:
            return
        after = made.ends - self.clock.now + (fault.size if fault and what == "late" else 0.01)
        early = [0.0] if what == "early" else []
        for seconds in [*early, after, *([after + 0.5] if what == "twice" else [])]:
            word = made.status if seconds else "created"
            self.in_a_web_process(lambda word=word: call_about(self, made, word), seconds)

    @staticmethod
    def uuid(text: str) -> UUID:
        return UUID(text)

    @staticmethod
    def is_gone(token: str) -> bool:
        """Whether runs were started with it, of which none is there any more."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM seen_births WHERE token = %s", [token])
            was = cursor.fetchone()[0]
        return bool(was) and not Run.everything.filter(form_token=token).exists()

    @staticmethod
    def births() -> list[UUID]:
        """Return every run there ever was, in the order in which they came."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT run FROM seen_births ORDER BY number")
            return [UUID(row[0]) for row in cursor.fetchall()]


def is_open() -> bool:
    """Whether a run has not ended, or is being looked up."""
    looked_up = Q(lookup_started_at__isnull=False, lookup_ended_at__isnull=True)
    return Run.objects.filter(~Q(status__in=RunStatus.ended()) | looked_up).exists()


@cache
def _pictures() -> list[bytes]:
    """Two of them are sent as the same bytes: they differ in what is taken out."""
    said = PngInfo()
    said.add_text("Comment", "the same picture")
    return [_picture("teal"), _picture("teal", pnginfo=said), _picture("navy")]


def _picture(colour: str, **said: Any) -> bytes:
    file = io.BytesIO()
    Pillow.new("RGB", (6, 4), colour).save(file, "PNG", **said)
    return file.getvalue()
