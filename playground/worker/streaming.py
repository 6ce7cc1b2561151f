"""Carries a submission whose answer arrives piece by piece: what has arrived is on the row.

The rules of submitting stay: one POST, and what cannot be known is unknown. A second thread keeps
the lease while the call waits, and ends the call when somebody cancelled or this worker stops.
"""

from __future__ import annotations

import logging
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, connection

from playground.imaging import memory
from playground.providers.abort import Abort
from playground.providers.base import ErrorKind, Prediction, PredictionStatus
from playground.runs.status import RunStatus
from playground.worker.finishing import finish, parted, surely

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playground.providers.base import Streaming
    from playground.runs.models.run import Run

logger = logging.getLogger(__name__)

WRITE_SECONDS = 0.3  # at most four writes a second, whatever arrives
CANCEL_CHECK_SECONDS = 1.0  # between two looks at whether somebody cancelled
LEASE_RENEWAL_SECONDS = 15.0


def carry_stream(
    run: Run, provider: Streaming, body: dict[str, Any], stopping: threading.Event
) -> None:
    """Submit once and follow the answer to its end. Raises ProviderError if it was not accepted."""
    memory.prepare()
    abort = Abort()
    with _kept(run, abort, stopping):
        last = _written(run, provider.stream(body, abort))
    is_broken = abort.asked and last.error_kind is ErrorKind.BROKEN
    if is_broken or last.status is PredictionStatus.RUNNING:
        last = _lost(last, stopping.is_set())
    finish(run, last)
    if last.received and last.received.size > memory.LARGE_BYTES:
        del last
        memory.give_back()


def _written(run: Run, states: Iterator[Prediction]) -> Prediction:
    """Write states as they come, not too often; return the last."""
    last = next(states)
    logger.info("run %s: prediction %s", run.pk, last.id)
    surely(lambda: run.record_submission(last.id, None))
    written, pause = time.monotonic(), WRITE_SECONDS
    for last in states:  # none follows where the answer came whole
        now = time.monotonic()
        if last.status is PredictionStatus.RUNNING and now - written >= pause:
            with suppress(DatabaseError):  # the next state holds all of it again
                run.progress(*parted(last))
            written = time.monotonic()
            pause = max(WRITE_SECONDS, 9 * (written - now))  # what is long is written less often
    return last


def _lost(last: Prediction, by_stop: bool) -> Prediction:
    why = "the worker was stopped" if by_stop else "the connection was closed"
    return replace(
        last, status=PredictionStatus.FAILED, error_kind=ErrorKind.BROKEN, error_detail=why
    )


@contextmanager
def _kept(run: Run, abort: Abort, stopping: threading.Event) -> Iterator[None]:
    """Keep the lease in a thread of its own, which also listens for the end of this worker."""
    over = threading.Event()
    keeper = threading.Thread(target=_keep, args=(run, abort, stopping, over), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()


def _keep(run: Run, abort: Abort, stopping: threading.Event, over: threading.Event) -> None:
    renewed = time.monotonic()
    while not over.wait(CANCEL_CHECK_SECONDS):
        try:
            renewing = time.monotonic() - renewed >= LEASE_RENEWAL_SECONDS
            held = run.keep_lease() if renewing else run.is_held()
        except DatabaseError:
            held = True  # the lease is long; a database that is away ends no answer
        finally:
            connection.close()
        renewed = time.monotonic() if renewing else renewed
        if not held or stopping.is_set():
            abort()
            return


def end_lost_stream(run: Run) -> None:
    """End a run whose worker died while the answer arrived: nobody can hear the rest."""
    surely(
        lambda: run.finish(
            RunStatus.FAILED,
            error_kind=ErrorKind.BROKEN,
            error_detail="the worker that heard the answer is gone",
        )
    )
