"""Work that several workers want and one has to do: whoever wins the claim does it, others wait.

The claim is a column of a row, so that it holds between processes and machines; it runs out by
itself when its holder dies.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from playground.storage.databases import give_back_connection
from playground.storage.writes import orderly_writes

Row = TypeVar("Row", bound="Model")
Result = TypeVar("Result")
POLL_SECONDS = 0.1


def once(
    rows: QuerySet[Row],
    *,
    done: Callable[[Row], Result | None],
    work: Callable[[Row], Result],
    longest: timedelta,
) -> Result | None:
    """Return what is done already, or do it, or wait for whoever does it; None after `longest`.

    rows: one row, with a `claimed_until`. work: does it and gives the claim back, come what may.
    """
    end = time.monotonic() + longest.total_seconds()
    while time.monotonic() < end:
        row = rows.get()
        result = done(row)
        if result is not None:
            return result
        if _claim(rows, longest):
            return _work_once(rows, done, work)
        give_back_connection()
        time.sleep(POLL_SECONDS)
    return None


def _work_once(
    rows: QuerySet[Row], done: Callable[[Row], Result | None], work: Callable[[Row], Result]
) -> Result:
    """Look once more before working: the last holder may have finished between look and claim."""
    row = rows.get()
    result = done(row)
    if result is None:
        return work(row)
    with orderly_writes():
        rows.update(claimed_until=None)
    return result


def _claim(rows: QuerySet[Row], longest: timedelta) -> bool:
    now = timezone.now()
    free = rows.filter(Q(claimed_until__isnull=True) | Q(claimed_until__lte=now))
    with orderly_writes():
        return bool(free.update(claimed_until=now + longest))
