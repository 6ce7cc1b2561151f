"""What a view and a server that can wait tell each other about a poll without news.

The view answers 204 and says for what it would wait. The server then puts the connection aside, and
asks the same request again once there is news: who may see what is decided anew each time
(operations/gunicorn_worker.py). Where the server cannot wait, the page asks at intervals.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.runs.changes import hub

if TYPE_CHECKING:
    from playground.runs.changes import Wait

PAUSE = "playground.pause"  # in the environ of a request
MIN_WAIT_SECONDS = 0.05


@dataclass(frozen=True)
class Pause:
    """Given to the view by a server that can wait. before: for what this request has waited."""

    before: Wait | None = None

    def may_wait(self, browser: str, prefer: str | None) -> bool:
        """Whether there is room, and time left. Nobody looks at a page that prefers not to wait."""
        if prefer == "wait=0" or not hub.has_room(browser):  # RFC 7240
            return False
        return self.until(1.0) - time.monotonic() > MIN_WAIT_SECONDS

    def until(self, seconds: float) -> float:
        return self.before.until if self.before else time.monotonic() + seconds
