"""Polls: what they cost, what they carry, and for what a server that can wait would wait."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.db import OperationalError
from django.utils import timezone

from playground.results.polling import polls
from playground.results.polling.pause import PAUSE, Pause
from playground.results.polling.polls import Sight
from playground.runs.changes import Wait, hub
from playground.runs.changes.waits import MAX_WAITS_PER_BROWSER
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.submission import create
from playground.submission.request import RunRequest
from playground.worker.models import Worker
from tests.conftest import FLASH, GPT, HAIKU

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client, RequestFactory
    from pytest_django.fixtures import SettingsWrapper

Press = "Callable[..., Run]"
AGO = timezone.now() - timedelta(hours=1)  # from there on the pause between polls stays the same
CAN_WAIT = {PAUSE: Pause()}


def test_browsers_behind_one_proxy_are_told_apart_with_tls(
    settings: SettingsWrapper, rf: RequestFactory
) -> None:
    settings.CSRF_COOKIE_NAME = "__Host-csrftoken"
    requests = [rf.get("/", HTTP_COOKIE=f"__Host-csrftoken={name}") for name in ("a", "b")]
    assert [polls._browser(one) for one in requests] == ["a", "b"]


def waited(seconds: float = 60.0) -> dict[str, Any]:
    """As a request that a server asks again."""
    return {PAUSE: Pause(Wait({}, 0, time.monotonic() + seconds))}


def address(run: Run) -> str:
    poll = Sight([run]).poll(f"/runs/{run.pk}/status/")
    assert poll
    return poll.address


@pytest.fixture
def waiting(db: None, ask: Press) -> Run:
    run = ask()
    Run.objects.update(status=RunStatus.PROCESSING, created_at=AGO)
    run.refresh_from_db()
    return run


def test_a_poll_without_news_transfers_nothing(client: Client, waiting: Run) -> None:
    response = client.get(address(waiting))
    assert (response.status_code, response.content) == (204, b"")


def test_it_waits_for_the_run_as_its_page_knows_it(client: Client, waiting: Run) -> None:
    asked = time.monotonic()
    response: Any = client.get(address(waiting), **CAN_WAIT)
    assert response.status_code == 204
    assert response.wait.known == {waiting.pk: waiting.changed_at}
    assert asked + 20 < response.wait.until <= time.monotonic() + 25


def test_a_page_is_patient_for_longer_than_its_poll_waits() -> None:
    script = (settings.BASE_DIR / "static" / "js" / "polls.js").read_text()
    patience = re.search(r"PATIENCE = (\d+);", script)
    assert patience
    assert int(patience[1]) / 1000 > polls.HOLD + 10


def test_a_queued_run_is_asked_about_sooner_since_nobody_tells_of_its_place(
    client: Client, waiting: Run
) -> None:
    Run.objects.update(status=RunStatus.QUEUED, created_at=AGO)
    path = address(Run.objects.get())
    response: Any = client.get(path, **CAN_WAIT)
    assert response.wait.until - time.monotonic() <= 5


def test_a_page_that_nobody_looks_at_takes_no_place(client: Client, waiting: Run) -> None:
    response: Any = client.get(address(waiting), headers={"Prefer": "wait=0"}, **CAN_WAIT)
    assert (response.status_code, response.wait) == (204, None)


@pytest.fixture
def crowded(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(hub, "started", lambda: None)  # nobody listens, who would wake them
    waits = [Wait({}, 0, time.monotonic() + 60, "127.0.0.1") for _ in range(MAX_WAITS_PER_BROWSER)]
    for one in waits:
        hub.add(one, lambda: None)
    yield
    for one in waits:
        hub.remove(one)


@pytest.mark.usefixtures("crowded")
def test_one_browser_keeps_connections_for_everything_else(client: Client, waiting: Run) -> None:
    path = address(waiting)
    mine: Any = client.get(path, **CAN_WAIT)
    other: Any = client.get(path, REMOTE_ADDR="::1", **CAN_WAIT)
    assert (mine.wait, bool(other.wait)) == (None, True)


def test_a_step_of_this_moment_waits_for_those_that_follow(client: Client, waiting: Run) -> None:
    path = address(waiting)
    Run.objects.update(changed_at=timezone.now() + timedelta(minutes=1))  # however slow this is
    response: Any = client.get(path, **CAN_WAIT)
    assert (response.status_code, response.wait.stepped) == (204, True)


@pytest.mark.parametrize("server", [{}, waited()], ids=["cannot wait", "has waited"])
def test_a_step_of_this_moment_is_shown_by_who_does_not_wait_for_more(
    client: Client, waiting: Run, server: dict[str, Any]
) -> None:
    path = address(waiting)
    Run.objects.update(changed_at=timezone.now())
    assert client.get(path, **server).status_code == 200


@pytest.mark.parametrize("status", [RunStatus.PROCESSING, RunStatus.COMPLETED])
def test_an_older_step_and_any_end_are_shown_at_once(
    client: Client, waiting: Run, status: RunStatus
) -> None:
    path, ended = address(waiting), status == RunStatus.COMPLETED
    Run.objects.update(
        status=status, changed_at=timezone.now() if ended else AGO, finished_at=timezone.now()
    )
    assert client.get(path, **CAN_WAIT).status_code == 200


def test_it_waits_on_after_news_of_something_else_and_no_longer_than_it_may(
    client: Client, waiting: Run
) -> None:
    path = address(waiting)
    again, over = (client.get(path, **waited(seconds)) for seconds in (60.0, 0.0))
    assert (again.status_code, over.status_code) == (204, 204)
    assert (bool(again.wait), over.wait) == (True, None)  # type: ignore[attr-defined]


def test_a_run_deleted_while_its_poll_waits_is_said_to_be_gone(
    client: Client, waiting: Run
) -> None:
    path = address(waiting)
    waiting.delete()
    assert client.get(path, **waited()).status_code == 404


def test_a_page_that_asks_too_often_is_told_to_ask_less(client: Client, waiting: Run) -> None:
    waiting.created_at = timezone.now()
    response = client.get(address(waiting))
    assert b'hx-trigger="load, every 4s"' in response.content


def test_renewing_a_lease_is_no_news(waiting: Run) -> None:
    before = Sight([waiting]).seen
    assert waiting.renew()
    waiting.refresh_from_db()
    assert Sight([waiting]).seen == before


def test_a_worker_that_is_gone_is_news_for_a_queued_run(db: None, ask: Press) -> None:
    worker, run = Worker.objects.create(name="one"), ask()
    Run.objects.update(created_at=AGO)
    run.refresh_from_db()
    before = Sight([run]).seen
    worker.delete()
    assert Sight([run]).seen != before


@pytest.mark.parametrize("status", [RunStatus.QUEUED, RunStatus.PROCESSING])
def test_one_poll_of_a_waiting_run_takes_two_queries_at_most(
    client: Client, ask: Press, django_assert_max_num_queries: Any, status: RunStatus, db: None
) -> None:
    run = ask()
    Run.objects.update(status=status, created_at=AGO)
    client.get(f"/runs/{run.pk}/status/")  # what models usually take is kept for a minute
    with django_assert_max_num_queries(2):
        client.get(f"/runs/{run.pk}/status/")


@pytest.mark.parametrize("count", [2, 3])
def test_a_poll_of_many_queued_cells_takes_as_many_queries_as_of_few(
    client: Client, count: int, django_assert_max_num_queries: Any, db: None
) -> None:
    started = create.submit(RunRequest(prompt="Which?", models=(FLASH, GPT, HAIKU)[:count]))
    assert isinstance(started, Comparison)
    Run.objects.update(created_at=AGO)
    client.get(f"/compare/{started.pk}/status/")
    with django_assert_max_num_queries(3):
        client.get(f"/compare/{started.pk}/status/")


def test_a_poll_from_another_machine_is_refused_before_it_is_looked_at(
    client: Client, waiting: Run, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        response = client.get(address(waiting), REMOTE_ADDR="192.0.2.1")
    assert response.status_code == 403


def test_a_poll_finds_a_database_that_is_away_as_every_page_does(
    client: Client, waiting: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError("away")

    path = address(waiting)
    monkeypatch.setattr(Sight, "__init__", away)
    response = client.get(path)
    assert (response.status_code, response["Retry-After"]) == (503, "2")


def test_a_card_that_ended_is_read_with_its_answer_and_the_others_are_not(
    client: Client, db: None, django_assert_max_num_queries: Any
) -> None:
    started = create.submit(RunRequest(prompt="Which?", models=(FLASH, GPT, HAIKU)))
    assert isinstance(started, Comparison)
    Run.objects.update(status=RunStatus.PROCESSING)
    seen = Sight(list(started.cells())).seen
    started.cells()[0].finish(RunStatus.COMPLETED, output_html="<p>Teal</p>")
    with django_assert_max_num_queries(5):  # a glance, the comparison, cells, answer, its retries
        text = client.get(f"/compare/{started.pk}/status/", {"seen": seen}).content.decode()
    assert text.count("<article") == 1
    assert "<p>Teal</p>" in text


def test_a_poll_that_brings_an_answer_reads_no_text_that_its_card_does_not_show(
    client: Client, waiting: Run, django_assert_max_num_queries: Any
) -> None:
    path = address(waiting)
    waiting.finish(RunStatus.COMPLETED, output="Teal", output_html="<p>Teal</p>")
    with django_assert_max_num_queries(3):  # a glance, the answer, its retries
        text = client.get(path).content.decode()
    assert "<p>Teal</p>" in text
