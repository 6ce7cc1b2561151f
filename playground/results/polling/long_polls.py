"""Holds polls until a row changes, so that an answer is seen at once and few requests are made.

One thread of each web process asks the database about all held runs in one query, and only while
some are held. A poll that is held occupies a thread of the server: at most a share of them may be,
and only a few of one browser, which opens no more than six connections. Every other poll is
answered at once. A held poll keeps no database connection.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import Error as DatabaseFault
from django.db import connection

from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.storage.databases import changes, give_back_connection

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime
    from uuid import UUID

    State = tuple[datetime, str]  # when the row last changed, and its status
    Read = Callable[[Collection[UUID]], Mapping[UUID, State]]

logger = logging.getLogger(__name__)

LOOK_EVERY = 0.02  # seconds between two queries
GLANCE_EVERY = 0.005  # seconds; SQLite counts changes, and to read its count takes microseconds
# Steps on the way to an end come in flocks: they are shown together once it is quiet for so long,
QUIET = 0.25  # seconds,
NOT_LATER = 1.0  # but no later than that after the first.
LINGER = 10.0  # seconds the watching thread waits for the next poll before it ends
A_BROWSER = 3  # polls of one browser that are held at the same time


@dataclass(eq=False)
class _Held:
    """One held poll: the rows as its page shows them, and whether there is news of them."""

    known: Mapping[UUID, datetime]
    browser: str
    news: threading.Event = field(default_factory=threading.Event)
    steps: list[State | None] = field(default_factory=list)  # as last noticed
    first_at: float = 0.0  # when the first of them was noticed, and when the last
    last_at: float = 0.0

    def note_step(self) -> None:
        """A step was noticed before this poll was held: it is shown once it is quiet."""
        self.first_at = self.last_at = time.monotonic()

    def compare(self, now: Mapping[UUID, State]) -> None:
        found = ((now.get(pk), at) for pk, at in self.known.items())
        changed = [state for state, at in found if state is None or state[0] != at]
        if not changed and not self.first_at:
            return
        clock = time.monotonic()
        self.first_at = self.first_at or clock
        if changed != self.steps:
            self.steps, self.last_at = changed, clock
        ended = any(state is None or state[1] in RunStatus.ended() for state in changed)
        if ended or clock - self.last_at >= QUIET or clock - self.first_at >= NOT_LATER:
            self.news.set()


class Holder:
    """The held polls of this process. `serving` says whether the process still takes requests.

    read: returns how runs stand. rest: waits between two looks.
    """

    def __init__(self, most: int, read: Read, rest: Callable[[], None]) -> None:
        self.most = most
        self.serving: Callable[[], bool] = lambda: True
        self._read, self._rest = read, rest
        self._held: set[_Held] = set()
        self._joined = threading.Condition()
        self._thread: threading.Thread | None = None

    @property
    def held(self) -> int:
        return len(self._held)

    def hold(
        self,
        known: Mapping[UUID, datetime],
        seconds: float,
        browser: str = "",
        *,
        stepped: bool = False,
    ) -> bool:
        """Wait until one of the runs changes, at most so long. False: it was not held at all.

        known: when each run had last changed. stepped: the page does not show the last step yet,
        so it only waits until it is quiet, or until one of them ends.
        """
        held = _Held(known, browser)
        if stepped:
            held.note_step()
        with self._joined:
            same = sum(one.browser == browser for one in self._held)
            if len(self._held) >= self.most or same >= A_BROWSER or not self.serving():
                return False
            self._held.add(held)
            self._start()
            self._joined.notify()
        try:
            give_back_connection()
            held.news.wait(seconds)
        finally:
            with self._joined:
                self._held.discard(held)
        return True

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._watch, name="held-polls", daemon=True)
            self._thread.start()

    def _watch(self) -> None:
        try:
            while self._some_held():
                try:
                    self._look()
                    self._rest()
                except DatabaseFault:
                    logger.warning("held polls could not be watched", exc_info=True)
                    connection.close()
                    self._send_home()
        finally:
            connection.close()

    def _some_held(self) -> bool:
        """Wait for something to watch. False: there was nothing, and this thread is forgotten."""
        with self._joined:
            if not self._held:
                give_back_connection()
                self._joined.wait(LINGER)
            if not self._held:
                self._thread = None
            return bool(self._held)

    def _look(self) -> None:
        if not self.serving():
            self._send_home()
            return
        with self._joined:
            held = list(self._held)
        now = self._read({pk for one in held for pk in one.known})
        for one in held:
            one.compare(now)

    def _send_home(self) -> None:
        """Let every held poll look for itself."""
        with self._joined:
            for one in self._held:
                one.news.set()


def states(run_ids: Collection[UUID]) -> dict[UUID, State]:
    """Read how runs stand. What is gone is left out."""
    rows = Run.objects.filter(pk__in=run_ids).order_by().values_list("pk", "changed_at", "status")
    return {pk: (changed_at, status) for pk, changed_at, status in rows}


def rest() -> None:
    """Wait for the next look: as long as LOOK_EVERY, on SQLite only until something was written."""
    end, before = time.monotonic() + LOOK_EVERY, changes()
    if before is None:
        time.sleep(LOOK_EVERY)
        return
    while changes() == before and time.monotonic() < end:
        time.sleep(GLANCE_EVERY)


holder = Holder(max(settings.WEB_THREADS // 2, 1), states, rest)
