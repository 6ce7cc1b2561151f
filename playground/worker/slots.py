"""The places at a provider, of which there may be few: who gets the next one."""

from django.db import transaction

from playground.connections.routing import concurrency
from playground.runs.models.run import Run
from playground.storage.writes import Gate, orderly_writes
from playground.worker import run_queries
from playground.worker.queue.dispatch import dispatch

MAX_LOST_RACES = 5  # for a run, before whoever won them is left to it


def claim_next(provider: str, worker: str, *, one_waits: bool = False) -> Run | None:
    """Claim the run that waits longest, if the provider has a place free.

    one_waits: it is known that one does. Else that is asked before others are kept from writing.
    """
    if not one_waits and not run_queries.longest_waiting(provider):
        return None
    limit = concurrency(provider)
    with orderly_writes(), transaction.atomic():
        if limit is not None:
            Gate.close(provider)
            if run_queries.count_in_flight(provider) >= limit:
                return None
        for _ in range(MAX_LOST_RACES):
            first = run_queries.longest_waiting(provider)
            if not first:
                return None
            if Run(pk=first).claim(worker):
                return run_queries.whole(first)  # its many columns are read once, and only now
    return None


def pass_on(provider: str) -> None:
    """Tell a worker that a place is free. Whoever had it may be busy with something else."""
    first = run_queries.longest_waiting(provider)
    if first:
        dispatch(first)


def cancel(run: Run) -> bool:
    """End a run that was not sent or is not waited for, and let another one have its place."""
    cancelled = run.cancel()
    if cancelled:
        pass_on(run.provider)
    return cancelled
