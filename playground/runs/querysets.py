"""Questions about runs that have a name, and which columns they read."""

import uuid
from datetime import datetime
from typing import Any, Self, cast

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from playground.accounts.visibility import Row
from playground.runs.grid import GridQuerySet
from playground.runs.status import RunStatus

# What a page of waiting runs shows, and what tells whether there is news of them.
GLANCE = (
    *("owner", "project", "comparison", "position", "provider", "model_id"),
    *("temperature", "parameters", "max_edge"),
    *("status", "answer_state", "flagged", "error_kind", "last_error"),
    *("created_at", "submit_started_at", "submitted_at", "finished_at", "changed_at"),
    *("prediction_id", "not_before", "lookup_started_at", "lookup_ended_at", "partial", "thoughts"),
)


class NamedQuerySet(GridQuerySet[Row]):
    """Row: Run, which uses this module and so cannot be named in it."""

    def in_flight(self, provider: str, now: datetime | None = None) -> Self:
        """Runs that take up a place at the provider: being prepared, being sent or processing."""
        preparing = Q(status=RunStatus.QUEUED, lease_until__gt=now or timezone.now())
        taken = Q(status__in=[RunStatus.SUBMITTING, RunStatus.PROCESSING])
        return self.filter(preparing | taken, provider=provider)

    def going_on(self) -> Self:
        """Runs that have not ended."""
        return self.filter(status__in=RunStatus.open())

    def waiting(self, now: datetime | None = None) -> Self:
        """Queued runs that no worker holds, first come first."""
        free = Q(lease_until__isnull=True) | Q(lease_until__lte=now or timezone.now())
        return self.filter(free, status=RunStatus.QUEUED).order_by("created_at", "position")

    def claimable(self, now: datetime | None = None) -> Self:
        now = now or timezone.now()
        return self.waiting(now).filter(Q(not_before__isnull=True) | Q(not_before__lte=now))

    def queue_positions(self, workers: QuerySet[Any]) -> list[tuple[uuid.UUID, int, bool]]:
        """Return of each run how many wait before it, and whether one of the workers is there."""
        there = cast("Self", self.model._default_manager.all())  # not what somebody deleted
        before = there.waiting().filter(
            provider=OuterRef("provider"), created_at__lt=OuterRef("created_at")
        )
        counted = before.order_by().values("provider").annotate(count=Count("pk"))
        rows = self.order_by().annotate(
            ahead=Coalesce(Subquery(counted.values("count")), 0),
            heard_of=Exists(workers),
        )
        return list(rows.values_list("pk", "ahead", "heard_of"))

    def for_glance(self) -> Self:
        """With what tells whether there is news of a run, and what a card shows while it waits."""
        return self.only(*GLANCE)

    def for_card(self) -> Self:
        """Without what was asked and the provider's own words, which no card shows."""
        asked = ("prompt", "system_prompt", "exchange")
        return self.defer(*asked, "request", "response", "output", "raw_output")

    def with_images(self) -> Self:
        """With their pictures at hand: a query each for all of them."""
        return self.prefetch_related("images__image")

    def in_full(self) -> Self:
        """With all that files hold of them: pictures, what came as it came, project and notes."""
        around = self.with_images().select_related("received", "project", "evidence_check")
        return around.prefetch_related("notes__writer")
