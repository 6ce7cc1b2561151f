"""Ending a call from another thread than the one that waits in it."""

import threading
from collections.abc import Callable


class Abort:
    """Ends a call that is waiting in another thread. May be asked before there is a call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._close: Callable[[], None] | None = None
        self.asked = False

    def arm(self, close: Callable[[], None]) -> None:
        """Say how to end the call; it is ended at once if that was asked before."""
        with self._lock:
            self._close = close
            asked = self.asked
        if asked:
            close()

    def __call__(self) -> None:
        with self._lock:
            self.asked, close = True, self._close
        if close:
            close()
