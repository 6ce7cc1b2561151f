"""Deletes runs in two steps: hidden at once everywhere, gone for good when nobody took it back."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from playground.accounts.visibility import may_remove
from playground.images.models import Image, ImageHolder
from playground.images.store import discard
from playground.runs.changes import announce
from playground.runs.models.deletion import SpentToken
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.storage.writes import a_few_at_a_time, orderly_writes
from playground.worker import slots

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from playground.accounts.visitor import Visitor
    from playground.runs.models.run import RunQuerySet

logger = logging.getLogger(__name__)

# The page offers it for 10 seconds (static/css/overlay.css). Who was slow is not refused; a moment
# before a sweep may take the rows, nobody is let in.
TAKEN_BACK_WITHIN = timedelta(seconds=50)
GONE_AFTER = timedelta(seconds=60)
BATCH_SIZE = 500


class StillRunningError(Exception):
    """Something is being sent at this moment, so that nothing of it can be deleted yet."""


def delete(runs: Sequence[Run]) -> datetime:
    """Hide the runs; returns the moment, by which this deletion can be taken back.

    Those in flight are cancelled first. Raises StillRunningError, and hides nothing, where one of
    them is being sent.
    """
    if not end(runs):
        raise StillRunningError
    return hide(runs, Run.objects.filter(status__in=RunStatus.ended()))


def hide(runs: Sequence[Run], among: RunQuerySet) -> datetime:
    """Hide those of the runs that are among these when it is written; returns the moment."""
    moment = timezone.now()
    with orderly_writes(), transaction.atomic():
        for some in a_few_at_a_time([run.pk for run in runs]):
            among.filter(pk__in=some).update(deleted_at=moment)
    comparisons = {run.comparison_id for run in runs if run.comparison_id}
    announce(*(run.pk for run in runs), *comparisons, ended=True)
    return moment


def end(runs: Sequence[Run]) -> bool:
    """Cancel the runs that are in flight. False where one is being sent and cannot be cancelled:
    where that is known beforehand, the others go on.
    """
    if any(run.status == RunStatus.SUBMITTING for run in runs):
        return False
    for run in runs:
        if not run.has_ended:
            slots.cancel(run)
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
    removed = hidden.only("owner", "project", "deleted_at")
    ids = [run.pk for run in removed if may_remove(visitor, run)]
    with orderly_writes(), transaction.atomic():
        some = (hidden.filter(pk__in=few) for few in a_few_at_a_time(ids))
        return sum(few.update(deleted_at=None) for few in some)


def purge() -> int:
    """Delete for good what was hidden long enough ago. Returns how many runs went.

    Their tokens are kept: a program that repeats its request would pay for it a second time.
    """
    hidden = Run.everything.filter(deleted_at__lte=timezone.now() - GONE_AFTER)
    runs = list(
        hidden.order_by("deleted_at").defer("output", "raw_output", "output_html", "request")[
            :BATCH_SIZE
        ]
    )
    if runs:
        tokens = {run.form_token for run in runs}
        with transaction.atomic():
            spent = [SpentToken(form_token=token) for token in sorted(tokens)]
            SpentToken.objects.bulk_create(spent, ignore_conflicts=True)
            unused = _delete_rows(runs)
        _discard(unused)  # once it is sure that their runs are gone
        logger.info("%d deleted runs are gone for good", len(runs))
    return len(runs)


def _delete_rows(runs: Sequence[Run]) -> list[Image]:
    """Delete the rows, within a transaction; returns the pictures that nothing uses any more."""
    ids = [run.pk for run in runs]
    newest = max((run.created_at for run in runs), default=timezone.now())
    used = set(Image.objects.filter(run_images__run__in=ids).values_list("pk", flat=True))
    there = Run.everything.filter(pk__in=ids)
    comparisons = {run.comparison for run in there if run.comparison}
    there.delete()
    owners = {run.owner_id for run in runs if run.owner_id}
    chosen = ImageHolder.objects.filter(image__in=used, account__in=owners)
    chosen.filter(chosen_at__lte=newest).delete()
    for comparison in comparisons:
        if not Run.everything.filter(comparison=comparison).exists():
            comparison.delete()
    # One that was chosen again after these runs lies in somebody's composer: the sweep has time.
    return list(Image.objects.unused().filter(pk__in=used, created_at__lte=newest))


def _discard(images: Sequence[Image]) -> None:
    for image in images:
        discard(image)
