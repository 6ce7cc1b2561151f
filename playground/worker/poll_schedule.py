"""How often a worker asks a provider about its runs: most when they usually end, never in step."""

from __future__ import annotations

import random
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.catalog.latency import Usual

MIN_SECONDS, MAX_SECONDS = 0.1, 2.0  # seconds between two polls that were answered
SHARE_OF_AGE = 0.05
MAX_USUAL_POLLS = 30  # in the time in which a model usually ends
MARGIN = 0.05  # of the usual times, to either side
MAX_POLLS_PER_SECOND = 200  # of one worker, over all its runs
FAULT_SECONDS, MAX_FAULT_SECONDS = 0.5, 30.0  # seconds


class Pace:
    """Shared by the threads of a worker, which together keep within MAX_POLLS_PER_SECOND.

    A run waits for its own time first and stands in line only then: as the others end, those that
    are left are asked about sooner.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._free_at = 0.0  # by the monotonic clock

    def wait(self, age: float, failures: int = 0, usual: Usual | None = None) -> float:
        """Seconds until the next poll of a run of that age, after so many polls that failed.

        usual: how long its model takes, if that is known.
        """
        seconds = min(max(SHARE_OF_AGE * (age + 1), MIN_SECONDS), MAX_SECONDS)
        seconds = _around(usual, age, seconds) if usual else seconds
        if failures:
            seconds = max(seconds, FAULT_SECONDS) * 2.0**failures
        return min(seconds, MAX_FAULT_SECONDS) * random.uniform(0.85, 1.15)  # noqa: S311

    def stand_in_line(self) -> float:
        """Take the next place among all polls; returns the seconds until then."""
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._free_at)
            self._free_at = turn + 1 / MAX_POLLS_PER_SECOND
        return turn - now


def _around(usual: Usual, age: float, seconds: float) -> float:
    """Return half as many polls before the usual time, and more in it, as without knowing it."""
    first, last = usual.low * (1 - MARGIN), usual.high * (1 + MARGIN)
    if age < first:
        return min(2 * seconds, max(first - age, MIN_SECONDS / 2))
    if age < last:
        return min(seconds, max((last - first) / MAX_USUAL_POLLS, MIN_SECONDS / 2))
    return seconds
