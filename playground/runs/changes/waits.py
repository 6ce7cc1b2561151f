"""Wakes who waits for a run or comparison of this process, at once and not too often."""

import threading
import time
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

# Steps on the way to an end come in flocks: they are shown together once it is quiet for so long,
QUIET_SECONDS = 0.25
MAX_QUIET_SECONDS = 1.0  # but no later than that after the first.
MAX_WAITS = 5000
MAX_WAITS_PER_BROWSER = 3  # a browser opens six connections to a host, and needs some for pages
MAX_REMEMBERED = 2000  # changes; a request takes less time than so many


@dataclass(eq=False)
class Wait:
    """Somebody who waits for news.

    known: runs and comparisons, and when each run had last changed; None where that says nothing.
    since: `hub.count` before they were read. until: by time.monotonic(). stepped: a step is not
    shown yet, so it ends as soon as it is quiet.
    """

    known: Mapping[UUID, datetime | None]
    since: int
    until: float
    browser: str = ""
    stepped: bool = False
    wake: Callable[[], None] = lambda: None
    due: float = 0.0  # when it is woken, as far as is known by now
    first_step: float = 0.0

    def note(self, now: float, *, ended: bool) -> None:
        """Note a change. A step behind an end, as a corrected price, does not put it off."""
        if self.due <= now:
            return
        self.first_step = self.first_step or now
        quiet = min(now + QUIET_SECONDS, self.first_step + MAX_QUIET_SECONDS)
        self.due = now if ended else min(quiet, self.until)


class Hub:
    """Those who wait in this process. One thread wakes them, and sleeps while nobody waits.

    started: called once there is somebody who waits, again after each time that there was nobody.
    """

    def __init__(self) -> None:
        self.count = 0  # of changes
        self.started: Callable[[], None] = lambda: None
        self._changed = threading.Condition()
        self._waits: dict[UUID, set[Wait]] = defaultdict(set)
        self._browsers: Counter[str] = Counter()
        self._all: set[Wait] = set()
        self._remembered: OrderedDict[UUID, tuple[int, bool]] = OrderedDict()
        self._thread: threading.Thread | None = None

    def __len__(self) -> int:
        return len(self._all)

    def has_room(self, browser: str) -> bool:
        return len(self._all) < MAX_WAITS and self._browsers[browser] < MAX_WAITS_PER_BROWSER

    def add(self, wait: Wait, wake: Callable[[], None]) -> None:
        """Call `wake` once there is news, or its time is over. What came meanwhile counts."""
        wait.wake, wait.due, now = wake, wait.until, time.monotonic()
        if wait.stepped:
            wait.note(now, ended=False)
        with self._changed:
            for key in wait.known:
                self._waits[key].add(wait)
                number, ended = self._remembered.get(key, (0, False))
                if number > wait.since:
                    wait.note(now, ended=ended)
            self._all.add(wait)
            self._browsers[wait.browser] += 1
            self._start()
            self._changed.notify()
        self.started()

    def remove(self, wait: Wait) -> bool:
        """Return whether it was still waiting."""
        with self._changed:
            return self._remove(wait)

    def _remove(self, wait: Wait) -> bool:
        if wait not in self._all:
            return False
        self._all.discard(wait)
        self._browsers[wait.browser] -= 1
        self._browsers += Counter()  # without those that have none
        for key in wait.known:
            self._waits[key].discard(wait)
            if not self._waits[key]:
                del self._waits[key]
        return True

    def tell(self, keys: Collection[UUID], *, ended: bool) -> None:
        """Note that these changed. ended: it is worth waking at once."""
        now = time.monotonic()
        with self._changed:
            self.count += 1
            for key in keys:
                self._remembered[key] = (self.count, ended)
                self._remembered.move_to_end(key)
                for wait in self._waits.get(key, ()):
                    wait.note(now, ended=ended)
                    self._changed.notify()
            while len(self._remembered) > MAX_REMEMBERED:
                self._remembered.popitem(last=False)

    def known(self) -> dict[UUID, set[datetime]]:
        """Return the runs that are waited for, each with the moments that pages know of."""
        with self._changed:
            found: dict[UUID, set[datetime]] = defaultdict(set)
            for wait in self._all:
                for key, moment in wait.known.items():
                    if moment:
                        found[key].add(moment)
            return found

    def wake_all(self) -> None:
        with self._changed:
            for wait in self._all:
                wait.due = 0.0
            self._changed.notify()

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="waits", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            for wait in self._due():
                wait.wake()

    def _due(self) -> list[Wait]:
        with self._changed:
            next_due = min((wait.due for wait in self._all), default=None)
            now = time.monotonic()
            if next_due is None or next_due > now:
                self._changed.wait(None if next_due is None else next_due - now)
            now = time.monotonic()
            due = [wait for wait in self._all if wait.due <= now]
            for wait in due:
                self._remove(wait)
            return due


hub = Hub()
