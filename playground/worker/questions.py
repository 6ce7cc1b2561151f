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
    that it asks to wait.
    """

    deadline: datetime | None
    failures: int = 0
    problem: str = ""
    pause: float = 0.0
    _said: str = ""
    _refused_until: datetime | None = None

    def ask(self, read: Callable[[], Prediction]) -> Prediction | None:
        """Return what is read; None where that fails."""
        try:
            prediction = read()
        except ProviderError as error:
            self.failed(error)
            return None
        self.failures, self.problem, self.pause, self._refused_until = 0, "", 0.0, None
        return prediction

    def failed(self, error: ProviderError) -> None:
        self.failures, self.pause = self.failures + 1, error.retry_after or 0.0
        self._said = error.detail or f"HTTP {error.status}"
        self.problem = f"{error.kind}: {self._said}"
        if error.kind not in REFUSALS:
            self._refused_until = None
            return
        self._refused_until = self._refused_until or timezone.now() + REFUSED_FOR
        self.problem += f" (It is asked until {self._refused_until:%H:%M:%S} UTC.)"

    def end(self) -> dict[str, Any] | None:
        """Return how the run ends; None where it is asked on. Asked of each run at least once."""
        now = timezone.now()
        if self._refused_until:
            refused = {"error_kind": RESULT_REFUSED, "error_detail": self._said}
            return {"status": RunStatus.UNKNOWN} | refused if now >= self._refused_until else None
        is_late = not self.deadline or now >= self.deadline
        if is_late and (not self.failures or self.failures >= MAX_FAULTS_PAST_DEADLINE):
            return {"status": RunStatus.FAILED, "error_kind": "deadline"}
        return None
