"""Deletes runs in two steps: hidden at once everywhere, gone for good when nobody took it back."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from playground.models import Run, RunStatus
from playground.models.transitions import orderly_writes
from playground.services import images, places
from playground.services.batches import a_few_at_a_time

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from playground.models import Account
    from playground.visitors import Visitor

logger = logging.getLogger(__name__)

# The page offers it for 10 seconds (static/css/overlay.css). Who was slow is not refused; a moment
# before a sweep may take the rows, nobody is let in.
TAKEN_BACK_WITHIN = timedelta(seconds=50)
GONE_AFTER = timedelta(seconds=60)
AT_ONCE = 500


class StillRunningError(Exception):
    """Something is being sent at this moment, so that nothing of it can be deleted yet."""


def delete(runs: Sequence[Run]) -> datetime:
    """Hide the runs; returns the moment, by which this deletion can be taken back.

    Those in flight are cancelled first. Raises StillRunningError, and hides nothing, where one of
    them is being sent.
    """
    if not end(runs):
        raise StillRunningError
    moment, ended = timezone.now(), Run.objects.filter(status__in=RunStatus.ended())
    with orderly_writes(), transaction.atomic():
        for some in a_few_at_a_time([run.pk for run in runs]):
            ended.filter(pk__in=some).update(deleted_at=moment)
    return moment


def end(runs: Sequence[Run]) -> bool:
    """Cancel the runs that are in flight. False where one is being sent and cannot be cancelled:
    where that is known beforehand, the others go on.
    """
    if any(run.status == RunStatus.SUBMITTING for run in runs):
        return False
    for run in runs:
        if not run.has_ended:
            places.cancel(run)
            run.refresh_from_db()
    return all(run.has_ended for run in runs)


def just_deleted(visitor: Visitor, moment: datetime) -> int:
    """Return how many runs of this deletion can still be taken back."""
    if timezone.now() - moment > TAKEN_BACK_WITHIN:
        return 0
    return Run.everything.visible_to(visitor).filter(deleted_at=moment).count()


def take_back(visitor: Visitor, moment: datetime) -> int:
    """Show the runs of this deletion again; returns how many, none where it was too late."""
    if timezone.now() - moment > TAKEN_BACK_WITHIN:
        return 0
    hidden = Run.everything.visible_to(visitor).filter(deleted_at=moment)
    with orderly_writes():
        return hidden.update(deleted_at=None)


def bring_back(token: str, owner: Account | None) -> None:
    """A form that is pressed again brings back what it made, if that was just deleted.

    It must not be paid for twice, and its token is taken for as long as the rows are there.
    """
    hidden = Run.everything.filter(form_token=token, owner=owner, deleted_at__isnull=False)
    with orderly_writes():
        hidden.update(deleted_at=None)


def purge() -> int:
    """Delete for good what was hidden long enough ago. Returns how many runs went."""
    hidden = Run.everything.filter(deleted_at__lte=timezone.now() - GONE_AFTER)
    runs = list(hidden.order_by("deleted_at").defer("output", "output_html", "request")[:AT_ONCE])
    if runs:
        images.delete_runs(runs)
        logger.info("%d deleted runs are gone for good", len(runs))
    return len(runs)
