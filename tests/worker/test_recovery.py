"""What a crash left behind is found, and said to be what it is."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from huey.contrib.djhuey import HUEY

from playground.providers.base import ErrorKind
from playground.providers.endpoint import THIS_MACHINE
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.worker import execution, recovery
from playground.worker.models import Worker

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.django_db
Press = "Callable[..., Run]"
PAST = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _empty_queue() -> Iterator[None]:
    HUEY.flush()
    yield
    HUEY.flush()


def leave(run: Run, status: RunStatus, **values: object) -> None:
    Run.objects.filter(pk=run.pk).update(
        status=status, lease_until=timezone.now() - PAST, worker="host:1:a", **values
    )


def test_a_run_found_submitting_becomes_unknown(ask: Press) -> None:
    run = ask()
    leave(run, RunStatus.SUBMITTING)
    recovery.sweep()
    run.refresh_from_db()
    assert (run.status, run.error_kind) == (RunStatus.UNKNOWN, "unknown_outcome")


@pytest.mark.parametrize("status", [RunStatus.SUBMITTING, RunStatus.PROCESSING])
def test_what_the_text_reader_was_reading_is_read_again(ask: Press, status: RunStatus) -> None:
    run = ask()
    leave(run, status, provider=THIS_MACHINE, prediction_id="p1", partial="| 1 |")
    recovery.sweep()
    run.refresh_from_db()
    assert (run.status, run.attempts, run.partial) == (RunStatus.QUEUED, 1, "")
    assert run in Run.objects.claimable()


def test_a_message_for_it_puts_it_back_too(ask: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    run = ask()
    leave(run, RunStatus.PROCESSING, provider=THIS_MACHINE)
    monkeypatch.setattr(execution, "claim_next", lambda *_, **__: None)
    execution.execute(run.pk)
    run.refresh_from_db()
    assert run.status == RunStatus.QUEUED


def test_what_takes_the_worker_along_each_time_is_given_up(ask: Press) -> None:
    run = ask()
    leave(run, RunStatus.PROCESSING, provider=THIS_MACHINE, attempts=recovery.MAX_READINGS)
    execution.execute(run.pk)
    run.refresh_from_db()
    assert (run.status, run.error_kind) == (RunStatus.FAILED, ErrorKind.BROKEN)


def test_what_is_being_read_at_this_moment_is_left_alone(ask: Press) -> None:
    run = ask()
    leave(run, RunStatus.PROCESSING, provider=THIS_MACHINE)
    Run.objects.update(lease_until=timezone.now() + timedelta(minutes=1))
    recovery.sweep()
    run.refresh_from_db()
    assert run.status == RunStatus.PROCESSING


def test_a_run_that_is_being_sent_at_this_moment_is_left_alone(ask: Press) -> None:
    run = ask()
    Run.objects.update(
        status=RunStatus.SUBMITTING, lease_until=timezone.now() + timedelta(minutes=1)
    )
    recovery.sweep()
    run.refresh_from_db()
    assert run.status == RunStatus.SUBMITTING


def test_a_run_found_processing_is_polled_on(ask: Press) -> None:
    leave(ask(), RunStatus.PROCESSING, prediction_id="p1")
    recovery.sweep()
    assert HUEY.pending_count() == 1


def test_a_queued_run_whose_message_was_lost_is_dispatched_once(ask: Press) -> None:
    ask()
    Run.objects.update(dispatched_at=timezone.now() - timedelta(minutes=2))
    recovery.sweep()
    recovery.sweep()
    assert HUEY.pending_count() == 1


def test_after_an_outage_of_the_queue_all_that_waits_is_dispatched_again(ask: Press) -> None:
    lost, missed, carried = ask(), ask(), ask()
    Run.objects.filter(pk=missed.pk).update(dispatched_at=None)
    assert carried.claim("host:1:a")
    HUEY.flush()
    recovery.dispatch_again()
    told = {task.args[0] for task in HUEY.pending()}
    assert told == {str(lost.pk), str(missed.pk)}


def test_a_queued_run_that_has_to_wait_is_left_waiting(ask: Press) -> None:
    ask()
    later = timezone.now() + timedelta(minutes=1)
    Run.objects.update(dispatched_at=None, not_before=later)
    recovery.sweep()
    assert HUEY.pending_count() == 0


def test_a_dead_worker_frees_what_it_held(ask: Press) -> None:
    queued, sending = ask(), ask()
    future = timezone.now() + timedelta(minutes=5)
    Run.objects.update(worker="host:1:a", lease_until=future)
    Run.objects.filter(pk=sending.pk).update(status=RunStatus.SUBMITTING)
    Worker.objects.create(name="host:1:a")
    recovery.release_worker("host:1:a")
    recovery.sweep()
    assert Run.objects.waiting().get() == queued
    assert Run.objects.get(pk=sending.pk).status == RunStatus.UNKNOWN
    assert not Worker.objects.exists()


def test_a_worker_that_stops_gives_back_what_it_did_not_send(ask: Press) -> None:
    claimed, sending = ask(), ask()
    for run in (claimed, sending):
        assert run.claim("host:1:a")
    assert sending.begin_submission({})
    HUEY.flush()
    recovery.give_back("host:1:a")
    assert (Run.objects.claimable().get(), HUEY.pending_count()) == (claimed, 1)
    assert not claimed.begin_submission({})  # a thread that still uploads for it sends nothing


@pytest.mark.parametrize(("reports", "messages"), [("host:1:a", 0), ("host:2:b", 1)])
def test_what_a_worker_has_claimed_is_given_to_others_once_it_is_gone(
    ask: Press, reports: str, messages: int
) -> None:
    run = ask()
    Worker.objects.create(name=reports)
    assert run.claim("host:1:a")
    recovery.sweep()
    assert HUEY.pending_count() == messages
    assert run.begin_submission({}) is (messages == 0)


def test_a_worker_that_missed_three_reports_counts_as_gone() -> None:
    Worker.objects.create(name="a", seen_at=timezone.now() - timedelta(seconds=40))
    Worker.objects.create(name="b")
    assert [worker.name for worker in Worker.objects.alive()] == ["b"]
