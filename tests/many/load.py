"""People who press Run at a steady rate, while pages are opened and workers are killed."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmarks.processes import family, own_megabytes
from tests.many.pressing import Presser
from tests.many.rows import all_ended, read
from tests.patience import PATIENCE_SECONDS
from tests.product import Session
from tests.servers.processes import until

if TYPE_CHECKING:
    import subprocess

    from tests.many.installation import Installation, Web

PAGES = ("/", "/runs/", "/models/")
LOOK_SECONDS = 0.5  # between two pages that somebody opens
SAMPLES = 20  # of the memory, over the whole time


@dataclass
class Outcome:
    """What was pressed, what became of it, and what it was like meanwhile."""

    pressed: int = 0
    seconds: float = 0.0
    drained: float = 0.0  # seconds from the last press to the last end
    states: Counter[str] = field(default_factory=Counter)
    pages: list[float] = field(default_factory=list)  # milliseconds of each that was opened
    memory: list[float] = field(default_factory=list)  # MB of web and workers, without files
    kills: int = 0
    late: float = 0.0  # seconds by which the last press came behind its moment

    @property
    def slow_page(self) -> float:
        """The time of the slowest page in a hundred, in milliseconds."""
        return sorted(self.pages)[int(0.99 * (len(self.pages) - 1))]


class Load:
    """rate: presses a second, over so many seconds; a worker is killed each `every` seconds."""

    def __init__(self, product: Installation, rate: float, seconds: float, every: float) -> None:
        self.product, self.rate, self.seconds, self.every = product, rate, seconds, every
        self.outcome = Outcome(seconds=seconds)
        self._over = threading.Event()
        self._workers: list[subprocess.Popen[bytes]] = []

    def carry(self, workers: int) -> Outcome:
        """Start web and workers, press, and wait until every run has ended."""
        web = self.product.start_web()
        self._workers = [self.product.start_worker() for _ in range(workers)]
        beside = [threading.Thread(target=one, args=(web,)) for one in (self._look, self._weigh)]
        beside.append(threading.Thread(target=self._kill))
        for thread in beside:
            thread.start()
        try:
            self._press(web)
        finally:
            self._over.set()
            for thread in beside:
                thread.join()
        began = time.monotonic()
        until(lambda: all_ended(self.product.database_url), "every run has ended")
        self.outcome.drained = time.monotonic() - began
        self.outcome.states = Counter(row.status for row in read(self.product.database_url))
        return self.outcome

    def _press(self, web: Web) -> None:
        began = time.monotonic()
        with closing(Presser([web.url], people=8)) as presser:
            pending = []
            for number in range(round(self.rate * self.seconds)):
                time.sleep(max(0.0, began + number / self.rate - time.monotonic()))
                pending += presser.press([f"Run {number}: what is this?"]).values()
            for one in pending:
                one.result(PATIENCE_SECONDS)
        self.outcome.pressed = len(pending)
        self.outcome.late = time.monotonic() - began - self.seconds

    def _look(self, web: Web) -> None:
        with Session() as session:
            while not self._over.wait(LOOK_SECONDS):
                path = PAGES[len(self.outcome.pages) % len(PAGES)]
                began = time.monotonic()
                session.get(web.url + path, timeout=PATIENCE_SECONDS).raise_for_status()
                self.outcome.pages.append(1000 * (time.monotonic() - began))

    def _weigh(self, web: Web) -> None:
        while not self._over.wait(self.seconds / SAMPLES):
            self.outcome.memory.append(sum(_held(one) for one in [web.process, *self._workers]))

    def _kill(self) -> None:
        while not self._over.wait(self.every):
            killed = self._workers.pop(0)
            killed.send_signal(signal.SIGKILL)
            killed.wait()
            self.outcome.kills += 1
            self._workers.append(self.product.start_worker())


def _held(process: subprocess.Popen[bytes]) -> float:
    """Return the MB of a process and of those it started; of one that was just killed none."""
    with contextlib.suppress(OSError):
        return sum(own_megabytes(pid) for pid in family(process.pid))
    return 0.0
