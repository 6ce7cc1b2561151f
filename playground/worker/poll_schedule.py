"""How often a worker asks a provider about its runs: soon at first, later less, never in step."""

import random
import threading
import time

MIN_SECONDS, MAX_SECONDS = 0.1, 2.0  # seconds between two polls that were answered
SHARE_OF_AGE = 0.05
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

    def wait(self, age: float, failures: int = 0) -> float:
        """Seconds until the next poll of a run of that age, after so many polls that failed."""
        seconds = min(max(SHARE_OF_AGE * (age + 1), MIN_SECONDS), MAX_SECONDS)
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
