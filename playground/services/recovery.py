"""Finds what a crash left behind and says what it is. Safe to run twice, or twice at once."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from playground.models import Run, RunStatus, Worker
from playground.models.transitions import LONGEST_LOOKUP, orderly_writes
from playground.services import deletion
from playground.tasks import dispatch

logger = logging.getLogger(__name__)

UNHEARD = timedelta(seconds=60)  # a message older than this is taken to be lost
SWEEP_EVERY = 60.0  # seconds
FORGOTTEN = timedelta(hours=1)
AT_ONCE = 500
LOST_LOOKUP = "The worker ended before it was done. Look it up again."


def sweep() -> None:
    """Look through the rows once: unknown submissions, orphaned polls, lost messages; purge."""
    mark_unknown()
    end_lost_lookups()
    _poll_on()
    _dispatch_waiting()
    deletion.purge()
    Worker.objects.filter(seen_at__lt=timezone.now() - FORGOTTEN).delete()


def mark_unknown() -> int:
    """submitting with an old lease is unknown: the POST may have been in the air. Never queued."""
    now = timezone.now()
    stale = Run.objects.filter(status=RunStatus.SUBMITTING, lease_until__lte=now)
    with orderly_writes():
        count = stale.update(
            status=RunStatus.UNKNOWN,
            error_kind="unknown_outcome",
            error_detail="The worker stopped while it was sending this run.",
            finished_at=now,
            changed_at=now,
            lease_until=None,
        )
    if count:
        logger.warning("%d runs were being sent when their worker stopped: unknown", count)
    return count


def end_lost_lookups() -> int:
    """A lookup that is older than any that works died with its worker."""
    now = timezone.now()
    lost = Run.objects.filter(
        status=RunStatus.UNKNOWN,
        lookup_started_at__lte=now - LONGEST_LOOKUP,
        lookup_ended_at__isnull=True,
    )
    with orderly_writes():
        return lost.update(lookup_ended_at=now, last_error=LOST_LOOKUP, changed_at=now)


def _poll_on() -> None:
    stale = Run.objects.filter(status=RunStatus.PROCESSING, lease_until__lte=timezone.now())
    for pk in stale.values_list("pk", flat=True)[:AT_ONCE]:
        dispatch(pk)


def _dispatch_waiting() -> None:
    old = timezone.now() - UNHEARD
    unheard = Q(dispatched_at__isnull=True) | Q(dispatched_at__lte=old)
    ids = list(Run.objects.claimable().filter(unheard).values_list("pk", flat=True)[:AT_ONCE])
    with orderly_writes():
        Run.objects.filter(pk__in=ids).update(dispatched_at=timezone.now())
    for pk in ids:
        dispatch(pk)


def release_worker(name: str) -> None:
    """End the leases of a worker that is surely dead, so that nobody waits for them to run out."""
    now = timezone.now()
    held = Run.objects.filter(worker=name, lease_until__gt=now)
    with orderly_writes():
        held.filter(status__in=[RunStatus.SUBMITTING, RunStatus.PROCESSING]).update(lease_until=now)
        held.filter(status=RunStatus.QUEUED).update(lease_until=now, dispatched_at=None)
        Worker.objects.filter(name=name).delete()
