"""Polls without news are answered with a query or two, and to nobody but whose runs they are."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.utils import timezone

from playground.results.polling import polls
from playground.results.polling.polls import Sight
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.submission import create, repeat
from playground.submission.request import RunRequest
from tests.conftest import FLASH, GPT, HAIKU, member, signed_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from playground.accounts.models import Account

pytestmark = pytest.mark.django_db


class NeverHeld:
    """As a server whose share is taken."""

    def hold(self, *_: object, **__: object) -> bool:
        return False


@pytest.fixture(autouse=True)
def answered_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polls, "holder", NeverHeld())


def pressed(owner: Account | None, *models: str) -> Run | Comparison:
    """What a press started; its runs are with the provider."""
    started = create.submit(RunRequest(prompt="Which?", models=models), owner)
    Run.objects.update(status=RunStatus.PROCESSING, changed_at=timezone.now())
    return started


def poll(started: Run | Comparison) -> str:
    """The address that a page which shows everything asks."""
    one = isinstance(started, Run)
    runs = [Run.objects.get(pk=started.pk)] if one else list(started.cells())
    made = Sight(runs).poll(f"{started.get_absolute_url()}status/")
    assert made
    return made.address


KINDS = pytest.mark.parametrize("models", [(FLASH,), (FLASH, GPT, HAIKU)], ids=["run", "several"])


@KINDS
def test_a_local_poll_without_news_takes_one_narrow_query(
    client: Client, models: tuple[str, ...], django_assert_num_queries: Any
) -> None:
    address = poll(pressed(None, *models))
    with django_assert_num_queries(1) as captured:
        assert client.get(address).status_code == 204
    assert "prompt" not in captured[0]["sql"]


@KINDS
def test_with_accounts_a_second_one_looks_the_session_up(
    accounts: Any, models: tuple[str, ...], django_assert_num_queries: Any
) -> None:
    mira = member()
    address, client = poll(pressed(mira, *models)), signed_in(mira)
    with django_assert_num_queries(2) as captured:
        response = client.get(address)
    assert (response.status_code, response["Cache-Control"]) == (204, "no-store, private")
    assert "prompt" not in captured[1]["sql"]


@KINDS
def test_nobody_else_learns_that_nothing_has_changed(
    accounts: Any, models: tuple[str, ...]
) -> None:
    address = poll(pressed(member(), *models))
    assert signed_in(member("other")).get(address).status_code == 404
    assert Client().get(address).status_code == 401


def ended_by_a_new_password(account: Account, _client: Client) -> None:
    account.set_password("another four quiet words")
    account.save()


def ended_everywhere(account: Account, _client: Client) -> None:
    account.sessions_epoch += 1
    account.save()


def deactivated(account: Account, _client: Client) -> None:
    account.is_active = False
    account.save()


def signed_out(_account: Account, client: Client) -> None:
    client.session.flush()


def run_out(_account: Account, client: Client) -> None:
    kept = client.session.get_model_class().objects  # type: ignore[attr-defined]
    kept.update(expire_date=timezone.now() - timedelta(seconds=1))


@pytest.mark.parametrize(
    "end", [ended_by_a_new_password, ended_everywhere, deactivated, signed_out, run_out]
)
def test_a_session_that_has_ended_is_told_to_sign_in(
    accounts: Any, end: Callable[[Account, Client], None]
) -> None:
    mira = member()
    address, client = poll(pressed(mira, FLASH)), signed_in(mira)
    assert client.get(address).status_code == 204
    end(mira, client)
    assert client.get(address).status_code == 401


@pytest.mark.parametrize("cookie", ["", "short", "x" * 5000, "ä" * 40])
def test_a_session_that_never_was_is_told_to_sign_in(accounts: Any, cookie: str) -> None:
    address, client = poll(pressed(member(), FLASH)), Client()
    client.cookies[accounts.SESSION_COOKIE_NAME] = cookie
    assert client.get(address).status_code == 401


def test_a_cell_that_was_retried_is_not_looked_at(
    client: Client, django_assert_num_queries: Any
) -> None:
    started = pressed(None, FLASH, GPT, HAIKU)
    assert isinstance(started, Comparison)
    first = started.cells()[0]
    assert first.finish(RunStatus.FAILED, error_kind="failed")
    repeat.retry(first, "again")
    Run.objects.exclude(pk=first.pk).update(status=RunStatus.PROCESSING)
    address = poll(started)
    with django_assert_num_queries(1):
        assert client.get(address).status_code == 204


def test_one_cell_that_changed_is_news(client: Client) -> None:
    started = pressed(None, FLASH, GPT, HAIKU)
    assert isinstance(started, Comparison)
    address = poll(started)
    started.cells()[1].finish(RunStatus.COMPLETED, output_html="<p>Teal</p>")
    assert client.get(address).content.decode().count("<article") == 1


@pytest.mark.parametrize("status", [RunStatus.QUEUED, RunStatus.UNKNOWN])
def test_a_page_that_shows_more_than_the_row_is_answered_by_its_view(
    client: Client, status: RunStatus, django_assert_max_num_queries: Any
) -> None:
    started = pressed(None, FLASH, GPT, HAIKU)
    assert isinstance(started, Comparison)
    row = Run.objects.filter(pk=started.cells()[0].pk)
    row.update(status=status, finished_at=timezone.now(), created_at=timezone.now())
    address = poll(started)
    with django_assert_max_num_queries(4) as captured:
        assert client.get(address).status_code == 204
    assert len(captured) > 1


def test_with_tls_no_session_is_looked_up_in_the_clear(
    accounts: Any, django_assert_num_queries: Any
) -> None:
    accounts.SECURE_SSL_REDIRECT = True
    mira = member()
    address, client = poll(pressed(mira, FLASH)), signed_in(mira)
    with django_assert_num_queries(0):
        assert client.get(address).status_code == 301
    assert client.get(address, secure=True)["X-Content-Type-Options"] == "nosniff"
