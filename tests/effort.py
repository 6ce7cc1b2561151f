"""Ends what takes far more work than it should, counted in processor time and not by the clock."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_SECONDS = 60.0  # of the processor: a hundred times what linear work on these inputs needs


@contextmanager
def bounded_effort() -> Iterator[None]:
    """Raise AssertionError as soon as this process has worked MAX_SECONDS on the block."""

    def give_up(*_: object) -> None:
        raise AssertionError(f"more than {MAX_SECONDS:.0f} s of work: not linear in its input?")

    before = signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, MAX_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
