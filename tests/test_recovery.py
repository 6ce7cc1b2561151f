"""What a crash left behind is found, and said to be what it is."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from huey.contrib.djhuey import HUEY

from playground.models import Run, RunStatus, Worker
from playground.services import recovery

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


def test_a_worker_that_missed_three_reports_counts_as_gone() -> None:
    Worker.objects.create(name="a", seen_at=timezone.now() - timedelta(seconds=40))
    Worker.objects.create(name="b")
    assert [worker.name for worker in Worker.objects.alive()] == ["b"]
