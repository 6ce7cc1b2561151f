"""Carries a run from queued to its end. The only place that calls a provider about a run.

At most one submission: see runs/transitions.py. A worker that dies anywhere in here leaves a row
that recovery.py knows how to read.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import time
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.utils import timezone

from playground.catalog.latency import usual
from playground.connections.routing import concurrency, provider_for, streams
from playground.providers.base import (
    ErrorKind,
    PredictionStatus,
    ProviderError,
    Streaming,
)
from playground.providers.endpoint import THIS_MACHINE
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.storage.databases import give_back_connection
from playground.worker import run_queries, uploads, webhooks
from playground.worker.asking import note_refused_parameters, request_of
from playground.worker.ended import run_ended
from playground.worker.finishing import finish, keep_received, surely
from playground.worker.poll_schedule import Pace
from playground.worker.questions import Questions
from playground.worker.queue.dispatch import dispatch
from playground.worker.recovery import read_again
from playground.worker.slots import claim_next, pass_on
from playground.worker.streaming import LEASE_RENEWAL_SECONDS, carry_stream, end_lost_stream

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable

    from playground.catalog.latency import Usual
    from playground.providers.base import Prediction

logger = logging.getLogger(__name__)


def new_name() -> str:
    """Return what tells this worker from all others, those that had its process's number too."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


WORKER = new_name()
pace = Pace()
stopping = threading.Event()  # set when this worker is asked to end; every wait listens to it

RETRIED = {ErrorKind.NOT_SENT, ErrorKind.TEMPORARY, ErrorKind.RATE, ErrorKind.REWORDED}
MAX_ATTEMPTS_BY_KIND = {ErrorKind.RATE: 10, ErrorKind.REWORDED: 6}
MAX_ATTEMPTS = 3
MAX_WAIT_SECONDS = 60.0  # a provider that asks for more is asked again after this
TRIES, TRY_AGAIN = 30, 1.0  # of taking a run while the database is away, and seconds between


def execute(run_id: uuid.UUID) -> None:
    """Take this run, or the one whose turn it is, and go on until nothing waits."""
    if stopping.is_set():  # the message came a moment too late: it is for another worker
        dispatch(run_id)
        return
    give_back_connection()
    run = _patiently(lambda: _take(run_id))
    if run:
        _go_on(run)


def _patiently(take: Callable[[], Run | None]) -> Run | None:
    """Outwait a database that is away: a message comes once, and who lost it waits for a sweep."""
    for count in range(TRIES):
        try:
            return take()
        except (OperationalError, InterfaceError):
            first = count == 0  # hundreds of threads may be here, and all would say the same again
            level = logging.WARNING if first else logging.DEBUG
            logger.log(level, "the database did not give a run; trying again", exc_info=first)
            connection.close()  # a connection that broke once stays broken
            if stopping.wait(TRY_AGAIN):
                break
    return None


def _go_on(first: Run) -> None:
    run: Run | None = first
    while run:
        if stopping.is_set():
            _leave_to_others(run)
            return
        try:
            _work(run)
        except (OperationalError, InterfaceError) as error:
            if _is_followed_on(run, error):
                continue
        except Exception:
            logger.exception("run %s: stopped by a fault", run.pk)
            _let_go(run)
        if run.has_ended:
            run_ended.send_robust(Run, run=run)
        give_back_connection()
        if stopping.is_set():
            pass_on(run.provider)
            return
        run = _patiently(partial(claim_next, run.provider, WORKER))


def _is_followed_on(run: Run, error: Exception) -> bool:
    """Whether a run whose database went away is to be worked on after a while, as it is."""
    logger.warning("run %s: the database did not answer", run.pk, exc_info=error)
    connection.close()  # a connection that broke once stays broken
    if run.status == RunStatus.PROCESSING:  # only polled: nobody else knows how far it is
        stopping.wait(TRY_AGAIN)
        return True
    _let_go(run)
    return False


def _leave_to_others(run: Run) -> None:
    """Give a run back that was not sent yet, or is only polled, and tell another worker of it."""
    if run.let_go() if run.status == RunStatus.QUEUED else run.hand_over():
        dispatch(run.pk)


def _let_go(run: Run) -> None:
    """After a fault of ours: again later, or failed, if unsent; otherwise the sweep decides."""
    try:
        if run.attempts + 1 < MAX_ATTEMPTS:
            later = timezone.now() + timedelta(seconds=5)
            surely(lambda: run.put_back_unsent(later, "a fault on this server"))
        else:
            surely(lambda: run.fail_unsent("internal"))
    except DatabaseError:
        logger.warning("run %s: its lease has to run out", run.pk, exc_info=True)


def _take(run_id: uuid.UUID) -> Run | None:
    found = run_queries.standing(run_id)
    if not found:
        return None
    status, provider = found
    if provider == THIS_MACHINE:
        read_again(Run.objects.filter(pk=run_id))
    run = run_queries.whole(run_id) if status == RunStatus.PROCESSING else None
    if run and run.adopt(WORKER):
        return run
    run = run_queries.whole(run_id) if concurrency(provider) is None else None
    if run and run.claim(WORKER):
        return run
    # With few places whoever waits longest comes first: also where another message has already
    # brought this run along, since the run that came with that message still waits.
    return claim_next(provider, WORKER, one_waits=status == RunStatus.QUEUED)


def _work(run: Run) -> None:
    if run.status == RunStatus.QUEUED:
        _send(run)
    if run.status == RunStatus.PROCESSING and streams(run.provider):
        end_lost_stream(run)
    elif run.status == RunStatus.PROCESSING:
        _follow(run)


def _send(run: Run) -> None:
    try:
        provider = provider_for(run)
        body = provider.body(request_of(run, uploads.addresses(run, provider)))
        if stopping.is_set():  # the POST would be cut off when this worker ends
            _leave_to_others(run)
            return
        if not run.begin_submission(body):
            return  # cancelled or taken over meanwhile; nothing was sent
        logger.info("run %s: submitting to %s", run.pk, provider.name)
        give_back_connection()
        if isinstance(provider, Streaming):
            carry_stream(run, provider, body, stopping)
            return
        prediction = provider.submit(body, webhooks.address_for(run))
    except ProviderError as error:
        _not_accepted(run, error)
        return
    # Before the row: a line in the log still names the prediction if the database is away.
    logger.info("run %s: prediction %s", run.pk, prediction.id)
    surely(lambda: run.record_submission(prediction.id, prediction.raw))
    if prediction.status is not PredictionStatus.RUNNING:
        finish(run, prediction)


def _not_accepted(run: Run, error: ProviderError) -> None:
    """Decide what a submission that gave no prediction means: unknown, again later, or failed."""
    logger.warning("run %s: %s (%s)", run.pk, error.kind, error.status)
    note_refused_parameters(run, error)
    if error.may_have_been_accepted:
        end = RunStatus.UNKNOWN
    elif error.kind in RETRIED and run.attempts + 1 < MAX_ATTEMPTS_BY_KIND.get(
        error.kind, MAX_ATTEMPTS
    ):
        _try_later(run, error)
        return
    else:
        end = RunStatus.FAILED
    surely(lambda: keep_received(run, error.received, if_held=True))
    surely(
        lambda: run.finish(
            end, error_kind=error.kind, error_detail=error.detail, response=error.body
        )
    )


def _try_later(run: Run, error: ProviderError) -> None:
    wait = min(error.retry_after or 2.0**run.attempts, MAX_WAIT_SECONDS)
    not_before = timezone.now() + timedelta(seconds=wait)
    run.put_back(not_before=not_before, reason=f"{error.kind}: {error.detail}")
    pass_on(run.provider)
    give_back_connection()
    stopping.wait(wait)  # then `execute` goes on with whoever waits longest


def _follow(run: Run) -> None:
    """Ask until the prediction ends, `Questions` ends it, or this worker has to stop."""
    known = usual(run.model_id, "submit_started_at")
    renewed, wait = time.monotonic(), _wait(run, known)
    questions = Questions(run.poll_until, run.refused_since)
    while True:
        give_back_connection()
        if stopping.wait(wait) or stopping.wait(pace.stand_in_line()):
            _leave_to_others(run)
            return
        prediction = questions.ask(partial(_asked, run))
        if prediction and prediction.status is not PredictionStatus.RUNNING:
            finish(run, prediction)
            return
        end = questions.end()
        if end:
            surely(partial(run.finish, **end))
            return
        wait = max(_wait(run, known, questions.failures), min(questions.pause, MAX_WAIT_SECONDS))
        is_due = time.monotonic() - renewed > LEASE_RENEWAL_SECONDS
        if is_due or questions.problem != run.last_error:
            renewed = time.monotonic()
            next_poll = timezone.now() + timedelta(seconds=wait)
            if not run.renew(questions.problem, next_poll, questions.refused_since):
                return  # cancelled, or another worker has it


def _asked(run: Run) -> Prediction:
    """Read the result with the key as it is now: one that was set again finds the answer.

    Raises ProviderError.
    """
    provider = provider_for(run)
    give_back_connection()
    return provider.result(run.prediction_id)


def look_now(run_id: uuid.UUID) -> None:
    """Read the result once, between two polls of whoever follows the run. Takes nothing over.

    A read that fails says nothing: the polls go on.
    """
    run = Run.objects.filter(pk=run_id, status=RunStatus.PROCESSING).first()
    if not run:
        return
    give_back_connection()
    try:
        prediction = _asked(run)
    except ProviderError as error:
        logger.info("run %s: looked at once, %s", run.pk, error.kind)
        return
    if prediction.status is PredictionStatus.RUNNING or not finish(run, prediction):
        return
    waiting = claim_next(run.provider, WORKER)  # whoever followed the run may sleep
    if waiting:
        _go_on(waiting)


def _wait(run: Run, known: Usual | None, failures: int = 0) -> float:
    age = (timezone.now() - run.submitted_at).total_seconds() if run.submitted_at else 0.0
    return pace.wait(age, failures, known)
