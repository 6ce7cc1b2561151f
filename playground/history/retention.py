"""Deletes runs that are older than they are kept. Each was announced for a week before.

Starred and shared ones stay, and with them the whole comparison that they belong to. What is
hidden here is deleted for good, with its pictures, like all that people delete.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.utils import timezone

from playground.history.deletion import hide
from playground.runs.models.deletion import DeletionNotice
from playground.runs.retention import ANNOUNCED_BEFORE, condemned, rules
from playground.storage.writes import orderly_writes

if TYPE_CHECKING:
    from datetime import datetime

    from playground.runs.models.run import RunQuerySet

logger = logging.getLogger(__name__)

BATCH_SIZE = 200  # runs that are written together
MAX_RUNS_AN_HOUR = 5000  # that one sweep announces, and that it deletes


def sweep() -> int:
    """Take back notices of what stays, delete what is due, announce what comes next.

    Returns how many runs were deleted.
    """
    now = timezone.now()
    old = condemned(now, rules())
    with orderly_writes():
        DeletionNotice.objects.exclude(run__in=old.values("pk")).delete()
    gone = _hide_due(old, now)
    told = _announce(old, now + ANNOUNCED_BEFORE)
    if gone or told:
        logger.info("%d runs were older than they are kept; %d will be in a week", gone, told)
    return gone


def _hide_due(old: RunQuerySet, now: datetime) -> int:
    """Whoever stars or shares a run meanwhile keeps it: the update asks again."""
    due = old.filter(deletion_notice__goes_at__lte=now).order_by("deletion_notice__goes_at")
    runs = list(due.only("pk", "comparison_id")[:MAX_RUNS_AN_HOUR])
    for start in range(0, len(runs), BATCH_SIZE):
        hide(runs[start : start + BATCH_SIZE], old)
    return len(runs)


def _announce(old: RunQuerySet, goes_at: datetime) -> int:
    new = old.filter(deletion_notice__isnull=True).order_by("listed_at")
    ids = list(new.values_list("pk", flat=True)[:MAX_RUNS_AN_HOUR])
    for start in range(0, len(ids), BATCH_SIZE):
        some = [DeletionNotice(run_id=pk, goes_at=goes_at) for pk in ids[start:][:BATCH_SIZE]]
        with orderly_writes():
            DeletionNotice.objects.bulk_create(some, ignore_conflicts=True)
    return len(ids)
