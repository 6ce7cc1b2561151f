"""The states of a run, in the provider's own words plus ours."""

from django.db import models
from django.db.models import Q

from playground.runs.answer_states import WORDS


class RunStatus(models.TextChoices):
    QUEUED = "queued", "Queued"
    SUBMITTING = "submitting", "Sending"
    PROCESSING = "processing", "Running"
    COMPLETED = "completed", "Completed"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"
    UNKNOWN = "unknown", "Unknown"

    @classmethod
    def ended(cls) -> list[str]:
        """States that no worker moves on by itself."""
        return [cls.COMPLETED, cls.FAILED, cls.CANCELLED, cls.UNKNOWN]

    @classmethod
    def open(cls) -> list[str]:
        """States that go on."""
        return [cls.QUEUED, cls.SUBMITTING, cls.PROCESSING]

    @classmethod
    def filter(cls, name: str) -> Q:
        """Return the condition behind a choice of the History filter."""
        if name == "running":
            return Q(status__in=cls.open())
        if name == "flagged":  # only a completed run is, and only it has an answer's state
            return Q(flagged=True)
        if name in WORDS:
            return Q(answer_state=name)
        return Q(status=name)
