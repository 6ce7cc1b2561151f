"""What the answers to questions about a run mean for asking on: refusals, faults, the deadline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from playground.providers.base import ErrorKind, ProviderError
from playground.runs.failures import RESULT_REFUSED
from playground.runs.status import RunStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    from playground.providers.base import Prediction

REFUSED_FOR = timedelta(seconds=60)  # a key that comes back within it goes on
MAX_FAULTS_PAST_DEADLINE = 3
REFUSALS = {
    *(ErrorKind.KEY, ErrorKind.CREDIT, ErrorKind.INVALID, ErrorKind.NOT_FOUND),
    *(ErrorKind.MODERATION, ErrorKind.TOO_LARGE, ErrorKind.SERVER),
}


@dataclass
class Questions:
    """How those about one run went. problem: the last one's, as its page says it. pause: seconds
    that it asks to wait. refused_since: by which worker it may be that asked then.
    """

    deadline: datetime | None
    refused_since: datetime | None = None
    failures: int = 0
    problem: str = ""
    pause: float = 0.0
    _said: str = ""

    def ask(self, read: Callable[[], Prediction]) -> Prediction | None:
        """Return what is read; None where that fails."""
        try:
            prediction = read()
        except ProviderError as error:
            self.failed(error)
            return None
        self.failures, self.problem, self.pause, self.refused_since = 0, "", 0.0, None
        return prediction

    def failed(self, error: ProviderError) -> None:
        self.failures, self.pause = self.failures + 1, error.retry_after or 0.0
        self._said = error.detail or f"HTTP {error.status}"
        self.problem = f"{error.kind}: {self._said}"
        if error.kind not in REFUSALS:
            self.refused_since = None
            return
        self.refused_since = self.refused_since or timezone.now()
        until = self.refused_since + REFUSED_FOR
        self.problem += f" (It is asked until {until:%H:%M:%S} UTC.)"

    def end(self) -> dict[str, Any] | None:
        """Return how the run ends; None where it is asked on. Asked of each run at least once."""
        now = timezone.now()
        if self.refused_since:
            refused = {"error_kind": RESULT_REFUSED, "error_detail": self._said}
            is_over = now >= self.refused_since + REFUSED_FOR
            return {"status": RunStatus.UNKNOWN} | refused if is_over else None
        is_late = not self.deadline or now >= self.deadline
        if is_late and (not self.failures or self.failures >= MAX_FAULTS_PAST_DEADLINE):
            return {"status": RunStatus.FAILED, "error_kind": "deadline"}
        return None
