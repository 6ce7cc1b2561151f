"""The places at a provider, of which there may be few: who gets the next one."""

from __future__ import annotations

from django.db import transaction

from playground.models import Gate, Run, taking
from playground.models.transitions import orderly_writes
from playground.services.provider_choice import concurrency
from playground.tasks import dispatch

LOST_RACES = 5  # for a run, before whoever won them is left to it


def take_next(provider: str, worker: str) -> Run | None:
    """Claim the run that waits longest, if the provider has a place free."""
    if not taking.longest_waiting(provider):
        return None
    limit = concurrency(provider)
    with orderly_writes(), transaction.atomic():
        if limit is not None:
            Gate.close(provider)
            if taking.count_in_flight(provider) >= limit:
                return None
        for _ in range(LOST_RACES):
            first = taking.longest_waiting(provider)
            if not first:
                return None
            if Run(pk=first).claim(worker):
                return taking.whole(first)  # its many columns are read once, and only now
    return None


def pass_on(provider: str) -> None:
    """Tell a worker that a place is free. Whoever had it may be busy with something else."""
    first = taking.longest_waiting(provider)
    if first:
        dispatch(first)


def cancel(run: Run) -> bool:
    """End a run that was not sent or is not waited for, and let another one have its place."""
    cancelled = run.cancel()
    if cancelled:
        pass_on(run.provider)
    return cancelled
