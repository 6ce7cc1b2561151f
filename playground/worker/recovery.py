"""Finds what a crash left behind and says what it is. Safe to run twice, or twice at once."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import Error as DatabaseError
from django.db import connection
from django.db.models import F, Q
from django.utils import timezone

from playground.providers.endpoint import THIS_MACHINE
from playground.runs.changes import announce
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.runs.transitions import MAX_LOOKUP_AGE
from playground.storage.databases import give_back_connection
from playground.storage.writes import orderly_writes
from playground.worker.models import Worker
from playground.worker.queue.dispatch import dispatch

if TYPE_CHECKING:
    from playground.runs.models.run import RunQuerySet

logger = logging.getLogger(__name__)

UNHEARD = timedelta(seconds=60)  # a message older than this is taken to be lost
SWEEP_SECONDS = 60.0
FORGOTTEN = timedelta(hours=1)
BATCH_SIZE = 500
MAX_READINGS = 3  # of one run
UNCLAIMED = {"claim_token": None, "lease_until": None, "dispatched_at": None}
LOST_LOOKUP = "The worker ended before it was done. Look it up again."


def sweep() -> None:
    """Look through the rows once: unknown submissions, orphans, lost messages."""
    read_again(Run.objects.all())
    mark_unknown()
    end_lost_lookups()
    _poll_on()
    take_from_the_gone()
    _dispatch_waiting()
    Worker.objects.filter(seen_at__lt=timezone.now() - FORGOTTEN).delete()


def read_again(runs: RunQuerySet) -> int:
    """Put back what the text reader had not answered when its worker died: reading is free, tells
    nobody and may be repeated. What took its worker along each time is given up.
    """
    now = timezone.now()
    lost = runs.filter(
        provider=THIS_MACHINE,
        status__in=[RunStatus.SUBMITTING, RunStatus.PROCESSING],
        lease_until__lte=now,
        attempts__lt=MAX_READINGS,
    )
    ids = list(lost.values_list("pk", flat=True))
    back = {"status": RunStatus.QUEUED, "prediction_id": "", "partial": "", **UNCLAIMED}
    with orderly_writes():
        count = lost.filter(pk__in=ids).update(**back, attempts=F("attempts") + 1, changed_at=now)
    announce(*ids)
    return count


def mark_unknown() -> int:
    """submitting with an old lease is unknown: the POST may have been in the air. Never queued."""
    now = timezone.now()
    stale = Run.objects.filter(status=RunStatus.SUBMITTING, lease_until__lte=now)
    ids = list(stale.values_list("pk", flat=True))
    with orderly_writes():
        count = stale.filter(pk__in=ids).update(
            status=RunStatus.UNKNOWN,
            error_kind="unknown_outcome",
            error_detail="The worker stopped while it was sending this run.",
            finished_at=now,
            changed_at=now,
            lease_until=None,
        )
    if count:
        announce(*ids, ended=True)
        logger.warning("%d runs were being sent when their worker stopped: unknown", count)
    return count


def end_lost_lookups() -> int:
    """A lookup that is older than any that works died with its worker."""
    now = timezone.now()
    lost = Run.objects.filter(
        status=RunStatus.UNKNOWN,
        lookup_started_at__lte=now - MAX_LOOKUP_AGE,
        lookup_ended_at__isnull=True,
    )
    ids = list(lost.values_list("pk", flat=True))
    with orderly_writes():
        count = lost.update(lookup_ended_at=now, last_error=LOST_LOOKUP, changed_at=now)
    announce(*ids, ended=True)
    return count


def _poll_on() -> None:
    stale = Run.objects.filter(status=RunStatus.PROCESSING, lease_until__lte=timezone.now())
    for pk in stale.values_list("pk", flat=True)[:BATCH_SIZE]:
        dispatch(pk)


def take_from_the_gone() -> int:
    """Free what workers that are gone have claimed and not sent. Returns how many runs.

    One that lives and was not heard of loses no more than the upload: its claim no longer counts.
    """
    alive = Worker.objects.alive().values("name")
    held = Run.objects.filter(status=RunStatus.QUEUED, lease_until__gt=timezone.now())
    with orderly_writes():
        return held.exclude(worker__in=alive).update(**UNCLAIMED)


def _dispatch_waiting() -> None:
    old = timezone.now() - UNHEARD
    _dispatch(
        Run.objects.claimable().filter(Q(dispatched_at__isnull=True) | Q(dispatched_at__lte=old))
    )


def dispatch_again() -> None:
    """Tell the workers of all that waits: a queue that was away may have lost, or missed, it."""
    try:
        _dispatch(Run.objects.claimable())
    except DatabaseError:
        logger.warning("the next sweep tells the workers again", exc_info=True)
        connection.close()  # a connection that broke once stays broken
    give_back_connection()


def _dispatch(waiting: RunQuerySet) -> None:
    ids = list(waiting.values_list("pk", flat=True)[:BATCH_SIZE])
    with orderly_writes():
        Run.objects.filter(pk__in=ids).update(dispatched_at=timezone.now())
    dispatch(*ids)


def release_worker(name: str) -> None:
    """End the leases of a worker that is surely dead, so that nobody waits for them to run out."""
    now = timezone.now()
    held = Run.objects.filter(worker=name, lease_until__gt=now)
    with orderly_writes():
        held.filter(status__in=[RunStatus.SUBMITTING, RunStatus.PROCESSING]).update(lease_until=now)
        held.filter(status=RunStatus.QUEUED).update(lease_until=now, dispatched_at=None)
        Worker.objects.filter(name=name).delete()


def give_back(worker: str) -> None:
    """Let others have what a worker that stops has claimed and not sent, perhaps in an upload."""
    held = Run.objects.filter(worker=worker, status=RunStatus.QUEUED, lease_until__isnull=False)
    with orderly_writes():
        ids = list(held.values_list("pk", flat=True))
        held.update(**UNCLAIMED)
    dispatch(*ids)
