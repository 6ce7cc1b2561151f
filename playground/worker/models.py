"""Who works: worker processes that were heard of, and the gate in front of each provider."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.utils import timezone

# A worker reports every 10 seconds; one that missed three reports counts as gone.
HEARTBEAT_SECONDS = 10
SILENCE = timedelta(seconds=3 * HEARTBEAT_SECONDS + 5)


class WorkerQuerySet(models.QuerySet["Worker"]):
    def alive(self) -> Self:
        return self.filter(seen_at__gt=timezone.now() - SILENCE)


class Worker(models.Model):
    """A worker process, as it last reported."""

    name = models.CharField(max_length=120, primary_key=True, help_text="host:pid:start")
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = WorkerQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
