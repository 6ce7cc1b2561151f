"""A place at the provider goes to whoever waits longest on the moment it becomes free."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import OperationalError
from django.utils import timezone
from huey.contrib.djhuey import HUEY

from playground.providers.base import ErrorKind, ProviderError
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.worker import execution, slots

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

    from tests.fakes.wavespeed import FakeWaveSpeed

pytestmark = pytest.mark.django_db
Press = "Callable[..., Run]"


@pytest.fixture
def taken(upstream: FakeWaveSpeed, ask: Press, settings: SettingsWrapper) -> Run:
    """The run that has the only place."""
    settings.WAVESPEED_CONCURRENCY = 1
    run = ask()
    assert run.claim("a")
    assert run.begin_submission({})
    HUEY.flush()
    return run


def told() -> list[uuid.UUID]:
    """The runs that workers have been told about."""
    return [uuid.UUID(task.args[0]) for task in HUEY.pending()]


@pytest.mark.parametrize("action", ["cancel", "delete"])
def test_a_run_that_is_given_up_gives_its_place_away_at_once(
    client: Client, taken: Run, ask: Press, action: str
) -> None:
    assert taken.record_submission("p1", {})
    waiting = ask()
    HUEY.flush()
    client.post(f"/runs/{taken.pk}/{action}/")
    assert told() == [waiting.pk]
    assert execution._take(waiting.pk) == waiting


def test_a_run_that_is_tried_later_gives_its_place_away_meanwhile(taken: Run, ask: Press) -> None:
    waiting = ask()
    HUEY.flush()
    execution.stopping.set()  # else it would wait here
    execution._try_later(taken, ProviderError(ErrorKind.RATE, retry_after=60))
    assert told() == [waiting.pk]


def test_nobody_is_told_where_nobody_waits(taken: Run) -> None:
    assert taken.record_submission("p1", {})
    assert slots.cancel(taken)
    assert told() == []


def test_a_run_that_was_not_cancelled_gives_nothing_away(taken: Run, ask: Press) -> None:
    ask()
    HUEY.flush()
    assert not slots.cancel(taken)  # it is being sent at this moment
    assert told() == []


def test_a_run_that_must_wait_is_not_told(taken: Run, ask: Press) -> None:
    ask()
    HUEY.flush()
    Run.objects.filter(status=RunStatus.QUEUED).update(
        not_before=timezone.now() + timedelta(minutes=1)
    )
    slots.pass_on(taken.provider)
    assert told() == []


def test_a_database_that_is_away_for_a_moment_loses_no_message(
    upstream: FakeWaveSpeed, ask: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = [OperationalError("database is locked")] * 2
    take = execution.claim_next

    def away_twice(*names: str, **said: bool) -> Run | None:
        if faults:
            raise faults.pop()
        return take(*names, **said)

    monkeypatch.setattr(execution, "claim_next", away_twice)
    monkeypatch.setattr(execution, "TRY_AGAIN", 0.0)
    monkeypatch.setattr(execution.connection, "close", lambda: None)
    run = ask()
    execution.execute(run.pk)
    run.refresh_from_db()
    assert run.status == RunStatus.COMPLETED
