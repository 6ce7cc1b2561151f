"""Who waits for a run is told of its changes: at once, not too often, from other processes too."""

from __future__ import annotations

import threading
import time
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from playground.runs.changes import Wait, others, waits
from playground.runs.changes.waits import Hub
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from tests.patience import PATIENCE_SECONDS
from tests.servers.processes import until

if TYPE_CHECKING:
    from collections.abc import Iterator


Press = "Callable[..., Run]"


class Page:
    """A page that waits for one run."""

    def __init__(self, hub: Hub, key: uuid.UUID, *, stepped: bool = False) -> None:
        self.woken = threading.Event()
        self.wait = Wait({key: None}, hub.count, time.monotonic() + 60, stepped=stepped)
        hub.add(self.wait, self.woken.set)

    def is_woken(self) -> bool:
        return self.woken.wait(PATIENCE_SECONDS)


@pytest.fixture
def hub() -> Hub:
    return Hub()


KEY = uuid.uuid4()


def test_a_run_that_ends_wakes_its_page_and_no_other(hub: Hub) -> None:
    mine, other = Page(hub, KEY), Page(hub, uuid.uuid4())
    hub.tell([KEY], ended=True)
    assert mine.is_woken()
    assert not other.woken.is_set()
    assert len(hub) == 1


def test_a_step_wakes_it_once_it_is_quiet(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waits, "QUIET_SECONDS", 0.0)
    page = Page(hub, KEY)
    hub.tell([KEY], ended=False)
    assert page.is_woken()


def test_a_step_that_is_followed_by_others_waits_for_them_but_not_for_ever(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waits, "QUIET_SECONDS", 2 * PATIENCE_SECONDS)
    page = Page(hub, KEY)
    hub.tell([KEY], ended=False)
    assert not page.woken.is_set()
    assert page.is_woken()  # after MAX_QUIET_SECONDS


def test_an_end_after_a_step_wakes_it_at_once(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QUIET_SECONDS", "MAX_QUIET_SECONDS"):
        monkeypatch.setattr(waits, name, 2 * PATIENCE_SECONDS)
    page = Page(hub, KEY, stepped=True)
    hub.tell([KEY], ended=True)
    assert page.is_woken()


def test_a_step_after_an_end_does_not_put_it_off() -> None:
    wait = Wait({KEY: None}, 0, until=100.0, due=100.0)
    wait.note(1.0, ended=True)
    wait.note(1.1, ended=False)
    assert wait.due == 1.0


def test_what_came_between_reading_and_waiting_is_not_missed(hub: Hub) -> None:
    woken, since = threading.Event(), hub.count
    hub.tell([KEY], ended=True)
    hub.add(Wait({KEY: None}, since, time.monotonic() + 60), woken.set)
    assert woken.wait(PATIENCE_SECONDS)


def test_nobody_is_woken_who_has_gone_and_its_place_is_free(hub: Hub) -> None:
    page = Page(hub, KEY)
    assert hub.remove(page.wait)
    hub.tell([KEY], ended=True)
    assert (len(hub), page.woken.is_set(), hub.remove(page.wait)) == (0, False, False)


def test_it_ends_when_its_time_is_over(hub: Hub) -> None:
    woken = threading.Event()
    hub.add(Wait({KEY: None}, 0, time.monotonic()), woken.set)
    assert woken.wait(PATIENCE_SECONDS)


def test_a_move_that_shows_is_announced_and_a_lease_is_not(
    db: None, ask: Press, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    told: list[tuple[Any, bool]] = []
    monkeypatch.setattr(others.hub, "tell", lambda keys, ended: told.append((*keys, ended)))
    run = ask()
    Run.objects.update(status=RunStatus.PROCESSING)
    run.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        run.renew()
        run.finish(RunStatus.COMPLETED)
    assert told == [(run.pk, True)]


class Elsewhere:
    """Somebody in this process who waits for a run that other processes change."""

    def __init__(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        self.hub = Hub()
        monkeypatch.setattr(others, "hub", self.hub)
        self.hub.started = others.Listener().start
        self.woken = threading.Event()
        known = {run.pk: run.changed_at}
        self.hub.add(Wait(known, 0, time.monotonic() + 600), self.woken.set)


@pytest.fixture
def elsewhere(
    transactional_db: None, ask: Press, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Elsewhere]:
    monkeypatch.setattr(others, "LINGER_SECONDS", 0.0)
    monkeypatch.setattr(others, "SILENCE_SECONDS", 0.1)
    yield Elsewhere(ask(), monkeypatch)
    until(lambda: "changes" not in {one.name for one in threading.enumerate()}, "it has ended")


def test_a_change_of_another_process_is_seen_in_the_rows(elsewhere: Elsewhere) -> None:
    Run.objects.update(changed_at=timezone.now() + timedelta(seconds=1))
    assert elsewhere.woken.wait(PATIENCE_SECONDS)


def test_a_change_before_anybody_listened_is_seen_in_the_rows(
    transactional_db: None, ask: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(others, "LINGER_SECONDS", 0.0)
    run = ask()
    Run.objects.update(changed_at=timezone.now() + timedelta(seconds=1))
    assert Elsewhere(run, monkeypatch).woken.wait(PATIENCE_SECONDS)
