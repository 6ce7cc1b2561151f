"""Polls: what they cost, what they carry, and that holding them never uses up the server."""

from __future__ import annotations

import threading
import time
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from playground.results.polling import long_polls, polls
from playground.results.polling.long_polls import A_BROWSER, Holder
from playground.results.polling.polls import Sight
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.submission import create
from playground.submission.request import RunRequest
from playground.worker.models import Worker
from tests.conftest import FLASH, GPT, HAIKU
from tests.patience import PATIENCE_SECONDS
from tests.servers.processes import until

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from django.test import Client, RequestFactory
    from pytest_django.fixtures import SettingsWrapper

Press = "Callable[..., Run]"
AGO = timezone.now() - timedelta(minutes=1)


class Rows:
    """The rows that held polls are about, and how often they were looked at."""

    def __init__(self) -> None:
        self.states: dict[uuid.UUID, tuple[Any, str]] = {}
        self.fault: Exception | None = None

    def new(self) -> uuid.UUID:
        key = uuid.uuid4()
        self.states[key] = (AGO, RunStatus.PROCESSING)
        return key

    def read(self, _ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, tuple[Any, str]]:
        if self.fault:
            raise self.fault
        return dict(self.states)


class Polls:
    """Polls in threads of their own, as a server serves them."""

    def __init__(self, holder: Holder) -> None:
        self.holder, self.answers = holder, dict[threading.Thread, bool]()

    def ask(self, key: uuid.UUID, browser: str = "", *, stepped: bool = False) -> threading.Thread:
        def poll() -> None:
            known = {key: AGO}
            self.answers[thread] = self.holder.hold(
                known, PATIENCE_SECONDS, browser, stepped=stepped
            )

        thread = threading.Thread(target=poll)
        thread.start()
        return thread

    def held(self, key: uuid.UUID, browser: str = "") -> threading.Thread:
        """Ask, and wait until the poll is held."""
        before = self.holder.held
        thread = self.ask(key, browser)
        until(lambda: self.holder.held > before, "the poll is held")
        return thread


@pytest.fixture
def rows() -> Rows:
    return Rows()


@pytest.fixture
def held(rows: Rows) -> Iterator[Polls]:
    made = Polls(Holder(2 * A_BROWSER, rows.read, lambda: time.sleep(0.005)))
    yield made
    made.holder.serving = lambda: False  # sends everybody home


def test_a_run_that_ends_wakes_its_poll_and_no_other(held: Polls, rows: Rows) -> None:
    key, other = rows.new(), rows.new()
    poll, still = held.held(key), held.held(other)
    rows.states[key] = (timezone.now(), RunStatus.COMPLETED)
    poll.join(PATIENCE_SECONDS)
    assert held.answers[poll]
    assert still.is_alive()


def test_a_step_on_the_way_wakes_the_poll_as_well(held: Polls, rows: Rows) -> None:
    poll = held.held(key := rows.new())
    rows.states[key] = (timezone.now(), RunStatus.SUBMITTING)
    poll.join(PATIENCE_SECONDS)
    assert held.answers[poll]


def test_a_step_that_was_there_before_is_passed_on_once_it_is_quiet(
    held: Polls, rows: Rows
) -> None:
    poll = held.ask(rows.new(), stepped=True)
    poll.join(PATIENCE_SECONDS)
    assert held.answers[poll]


def test_a_run_that_ends_after_a_step_wakes_its_poll_at_once(
    held: Polls, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_polls, "QUIET", 2 * PATIENCE_SECONDS)
    monkeypatch.setattr(long_polls, "NOT_LATER", 2 * PATIENCE_SECONDS)
    rows.states[key := uuid.uuid4()] = (timezone.now(), RunStatus.COMPLETED)
    poll = held.ask(key, stepped=True)
    poll.join(PATIENCE_SECONDS)
    assert held.answers[poll]


def test_a_run_that_was_deleted_wakes_its_poll(held: Polls, rows: Rows) -> None:
    poll = held.held(key := rows.new())
    del rows.states[key]
    poll.join(PATIENCE_SECONDS)
    assert held.answers[poll]


def test_a_change_before_the_first_look_is_not_missed(held: Polls, rows: Rows) -> None:
    key = rows.new()
    rows.states[key] = (timezone.now(), RunStatus.FAILED)
    poll = held.ask(key, "")
    poll.join(PATIENCE_SECONDS)
    assert held.answers[poll]


def test_held_polls_never_use_up_the_threads(held: Polls, rows: Rows) -> None:
    key = rows.new()
    for number in range(held.holder.most):
        held.held(key, browser=f"{number}")
    assert not held.holder.hold({key: AGO}, PATIENCE_SECONDS, "one more")


def test_one_browser_keeps_connections_for_everything_else(held: Polls, rows: Rows) -> None:
    key = rows.new()
    for _ in range(A_BROWSER):
        held.held(key, browser="mine")
    assert not held.holder.hold({key: AGO}, PATIENCE_SECONDS, "mine")
    assert held.held(key, browser="another").is_alive()


def test_browsers_behind_one_proxy_are_told_apart_with_tls(
    settings: SettingsWrapper, rf: RequestFactory
) -> None:
    settings.CSRF_COOKIE_NAME = "__Host-csrftoken"
    requests = [rf.get("/", HTTP_COOKIE=f"__Host-csrftoken={name}") for name in ("a", "b")]
    assert [polls._browser(one) for one in requests] == ["a", "b"]


def test_a_place_is_free_again_after_an_answer(held: Polls, rows: Rows) -> None:
    keys = [rows.new() for _ in range(A_BROWSER)]
    waiting = [held.held(key, browser="mine") for key in keys]
    rows.states[keys[0]] = (timezone.now(), RunStatus.COMPLETED)
    waiting[0].join(PATIENCE_SECONDS)
    assert held.held(keys[1], browser="mine").is_alive()


def test_a_server_that_ends_sends_held_polls_home(held: Polls, rows: Rows) -> None:
    poll = held.held(key := rows.new())
    held.holder.serving = lambda: False
    poll.join(PATIENCE_SECONDS)
    assert held.answers[poll]
    assert not held.holder.hold({key: AGO}, PATIENCE_SECONDS)


def test_a_database_that_is_away_sends_held_polls_home(held: Polls, rows: Rows) -> None:
    poll = held.held(rows.new())
    rows.fault = OperationalError("away")
    poll.join(PATIENCE_SECONDS)
    assert held.answers[poll]


class NeverHeld:
    """As a server whose share is taken."""

    def hold(self, *_: object, **__: object) -> bool:
        return False


class HeldUntil:
    """As a server that holds a poll in which something is done meanwhile."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        self.meanwhile = meanwhile

    def hold(self, *_: object, **__: object) -> bool:
        self.meanwhile()
        return True


def address(run: Run) -> str:
    poll = Sight([run]).poll(f"/runs/{run.pk}/status/")
    assert poll
    return poll.address


@pytest.fixture
def waiting(db: None, ask: Press) -> Run:
    run = ask()
    Run.objects.update(status=RunStatus.PROCESSING)
    run.refresh_from_db()
    return run


def test_a_poll_without_news_transfers_nothing(
    client: Client, waiting: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polls, "holder", NeverHeld())
    response = client.get(address(waiting))
    assert (response.status_code, response.content) == (204, b"")


def test_a_page_that_nobody_looks_at_takes_no_place(
    client: Client, waiting: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polls, "holder", HeldUntil(lambda: pytest.fail("it was held")))
    assert client.get(address(waiting), headers={"Prefer": "wait=0"}).status_code == 204


def test_a_step_of_this_moment_waits_for_those_that_follow(
    client: Client, waiting: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = address(waiting)
    Run.objects.update(changed_at=timezone.now() + timedelta(minutes=1))  # however slow this is
    end = HeldUntil(lambda: waiting.finish(RunStatus.COMPLETED, output_html="<p>Teal</p>"))
    monkeypatch.setattr(polls, "holder", end)
    assert b"<p>Teal</p>" in client.get(path).content


def test_a_step_of_this_moment_is_shown_where_its_poll_cannot_be_held(
    client: Client, waiting: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = address(waiting)
    Run.objects.update(changed_at=timezone.now())
    monkeypatch.setattr(polls, "holder", NeverHeld())
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("status", [RunStatus.PROCESSING, RunStatus.COMPLETED])
def test_an_older_step_and_any_end_are_shown_at_once(
    client: Client, waiting: Run, monkeypatch: pytest.MonkeyPatch, status: RunStatus
) -> None:
    path, ended = address(waiting), status == RunStatus.COMPLETED
    Run.objects.update(
        status=status, changed_at=timezone.now() if ended else AGO, finished_at=timezone.now()
    )
    monkeypatch.setattr(polls, "holder", HeldUntil(lambda: pytest.fail("it was held")))
    assert client.get(path).status_code == 200


def test_a_held_poll_without_news_transfers_nothing(
    client: Client, waiting: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polls, "holder", HeldUntil(lambda: None))
    assert client.get(address(waiting)).status_code == 204


def test_a_held_poll_brings_what_changed_meanwhile(
    client: Client, waiting: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = HeldUntil(lambda: waiting.finish(RunStatus.COMPLETED, output_html="<p>Teal</p>"))
    monkeypatch.setattr(polls, "holder", end)
    response = client.get(address(waiting))
    assert response.status_code == 200
    assert b"<p>Teal</p>" in response.content


def test_a_run_deleted_while_its_poll_is_held_is_said_to_be_gone(
    client: Client, waiting: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polls, "holder", HeldUntil(waiting.delete))
    assert client.get(address(waiting)).status_code == 404


def test_a_page_that_asks_too_often_is_told_to_ask_less(
    client: Client, waiting: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polls, "holder", NeverHeld())
    Run.objects.update(created_at=AGO - timedelta(minutes=4))
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
