"""How often a worker asks a provider about its runs: soon at first, later less, never in step."""

from __future__ import annotations

import random
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORTEST, LONGEST = 0.1, 2.0  # seconds between two polls that were answered
SHARE_OF_AGE = 0.05
POLLS_A_SECOND = 200  # of one worker, over all its runs
AFTER_A_FAULT, LONGEST_AFTER_FAULTS = 0.5, 30.0  # seconds


class Pace:
    """Shared by the threads of a worker, which together keep within POLLS_A_SECOND."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._following = 0

    @contextmanager
    def following(self) -> Iterator[None]:
        """Count this thread among those that poll."""
        self._add(1)
        try:
            yield
        finally:
            self._add(-1)

    def _add(self, count: int) -> None:
        with self._lock:
            self._following += count

    def wait(self, age: float, failures: int = 0) -> float:
        """Seconds until the next poll of a run of that age, after so many polls that failed."""
        own = min(max(SHARE_OF_AGE * (age + 1), SHORTEST), LONGEST)
        seconds = max(own, self._following / POLLS_A_SECOND)
        if failures:
            seconds = max(seconds, AFTER_A_FAULT) * 2.0**failures
        return min(seconds, LONGEST_AFTER_FAULTS) * random.uniform(0.85, 1.15)  # noqa: S311
