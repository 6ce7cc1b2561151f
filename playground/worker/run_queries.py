"""What a worker asks about a run when it takes one, prepared: it asks this for every run."""

import uuid

from django.db.models import Count
from django.utils import timezone

from playground.runs.models.run import Run
from playground.runs.models.run_image import RunImage
from playground.storage.prepared import Prepared

COLUMNS = [field.attname for field in Run._meta.concrete_fields]

_standing = Prepared(lambda run: Run.objects.filter(pk=run).values_list("status", "provider"))
_whole = Prepared(lambda run: Run.objects.filter(pk=run).values_list(*COLUMNS))
_waiting = Prepared(
    lambda provider, now: Run.objects.claimable(now).filter(provider=provider).values_list("pk")[:1]
)
_in_flight = Prepared(
    lambda provider, now: (
        Run.objects.in_flight(provider, now)
        .order_by()
        .values("provider")
        .annotate(count=Count("pk"))
        .values_list("count")
    )
)
_pictures = Prepared(lambda run: RunImage.objects.filter(run=run).values_list("pk").order_by()[:1])


def standing(run_id: uuid.UUID) -> tuple[str, str] | None:
    """Return the status of the run and its provider."""
    return next(((row[0], row[1]) for row in _standing.rows(run=run_id)), None)


def whole(run_id: uuid.UUID) -> Run | None:
    """Return the run with everything; None where it was deleted."""
    rows = _whole.rows(run=run_id)
    return next((Run.from_db("default", COLUMNS, row) for row in rows), None)


def longest_waiting(provider: str) -> uuid.UUID | None:
    """Return the run that may be claimed next."""
    rows = _waiting.rows(provider=provider, now=timezone.now())
    return next((row[0] for row in rows), None)


def count_in_flight(provider: str) -> int:
    rows = _in_flight.rows(provider=provider, now=timezone.now())
    return next((int(row[0]) for row in rows), 0)


def has_pictures(run_id: uuid.UUID) -> bool:
    return bool(_pictures.rows(run=run_id))
