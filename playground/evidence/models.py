"""That somebody wants the answer of a run checked against its images."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from playground.runs.models.run import Run
from playground.storage.writes import orderly_writes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from typing import Self
    from uuid import UUID

WAITS_FOR = timedelta(hours=1)  # for images that nobody read: after that it has to be pressed again


class CheckQuerySet(models.QuerySet["EvidenceCheck"]):
    def ask(self, runs: Iterable[Run]) -> None:
        """Have these runs checked from now on; images that could not be read are tried again."""
        rows = [EvidenceCheck(run=run, asked_at=timezone.now()) for run in runs]
        with orderly_writes():
            self.bulk_create(
                rows, update_conflicts=True, unique_fields=["run"], update_fields=["asked_at"]
            )

    def of(self, runs: Iterable[UUID], until: datetime | None) -> dict[UUID, EvidenceCheck]:
        """Return the checks of these runs, by run; none that was asked for after `until`."""
        asked = self.filter(asked_at__lte=until) if until else self
        return asked.in_bulk(list(runs))

    def waiting(self) -> Self:
        """Those with an image that was not read, or could not be before it was asked for."""
        stored = {"run__images__image__isnull": False}
        unread = models.Q(run__images__image__reading__isnull=True, **stored)
        read_in_vain = models.Q(
            run__images__image__reading__found__isnull=True,
            run__images__image__reading__read_at__lt=models.F("asked_at"),
            **stored,
        )
        recent = self.filter(asked_at__gt=timezone.now() - WAITS_FOR)
        return recent.filter(unread | read_in_vain).distinct()


class EvidenceCheck(models.Model):
    """One for each run that is checked. What was read is kept with the images, not here."""

    run = models.OneToOneField(
        Run, primary_key=True, on_delete=models.CASCADE, related_name="evidence_check"
    )
    asked_at = models.DateTimeField(db_index=True)

    objects = CheckQuerySet.as_manager()

    def __str__(self) -> str:
        return f"check of {self.run_id}"
