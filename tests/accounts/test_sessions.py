"""Where an account is signed in: what is listed, and how one or all of it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client

from playground.accounts import sessions
from tests.accounts.factors import CodeApp
from tests.conftest import PASSWORD, member, signed_in

if TYPE_CHECKING:
    from django.http import HttpResponse
    from pytest_django.fixtures import SettingsWrapper

    from playground.accounts.models import Account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("accounts")]
PAGE = "/settings/signing-in/"
NEW = "other quiet words there"
FIREFOX = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"


@pytest.fixture
def mira(accounts: SettingsWrapper) -> Account:
    return member()


def entered(agent: str = "", address: str = "192.0.2.17", **more: str) -> Client:
    """A browser that signed in by its form."""
    client = Client(headers={"User-Agent": agent}, REMOTE_ADDR=address)
    answer = client.post("/sign-in/", {"username": "mira", "password": PASSWORD, **more})
    assert answer.status_code == 303
    return client


def listed(page: HttpResponse) -> list[Any]:
    return list(page.context["sessions"])  # type: ignore[attr-defined]


@pytest.mark.usefixtures("mira")
def test_sessions_are_listed_this_one_first() -> None:
    entered(FIREFOX, "198.51.100.4")
    here = entered("curl/8")
    shown = listed(here.get(PAGE))
    assert [(one.device, one.row.ip, one.ways) for one in shown] == [
        ("A program", "192.0.2.17", "Password"),
        ("Firefox on Android", "198.51.100.4", "Password"),
    ]


def test_what_proved_it_is_said(mira: Account) -> None:
    app, browser = CodeApp(mira), entered()
    browser.post("/sign-in/code/", {"code": app.code()})
    assert [one.ways for one in listed(browser.get(PAGE))] == ["Password and code"]


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (FIREFOX, "Firefox on Android"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0 Safari/537.36", "Chromium on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/156.0 Safari/537.36 Edg/156.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/26 Safari/605", "Safari on macOS"),
        ("", "A program"),
        ("<script>" * 100, "A program"),
    ],
)
def test_a_device_is_named_by_its_browser_and_system(agent: str, device: str) -> None:
    assert sessions.device(agent) == device


@pytest.mark.usefixtures("mira")
def test_one_session_is_ended_and_the_others_stay() -> None:
    other, third, here = entered(), entered(), entered()
    first = UserSession.objects.get(session_key=other.session.session_key)
    here.post(f"/settings/sessions/{first.pk}/end/")
    assert [one.get("/").status_code for one in (other, third, here)] == [401, 200, 200]


def test_nobody_ends_a_session_of_others(mira: Account) -> None:
    here = entered()
    row = UserSession.objects.get()
    signed_in(member("other")).post(f"/settings/sessions/{row.pk}/end/")
    assert here.get("/").status_code == 200


@pytest.mark.usefixtures("mira")
def test_all_others_are_ended_at_once() -> None:
    other, here = entered(), entered()
    key = here.session.session_key
    assert here.post("/settings/sessions/end-others/").status_code == 303
    assert (other.get("/").status_code, here.get("/").status_code) == (401, 200)
    assert here.session.session_key != key
    assert [one.is_current for one in listed(here.get(PAGE))] == [True]


def test_ending_sessions_asks_for_the_password_again(mira: Account) -> None:
    entered()
    here = Client()
    here.force_login(mira)
    row = UserSession.objects.get()
    answer = here.post(f"/settings/sessions/{row.pk}/end/")
    assert answer["Location"].startswith("/sign-in/password/")
    assert here.post(answer["Location"], {"password": PASSWORD})["Location"] == PAGE
    assert not UserSession.objects.exists()


@pytest.mark.usefixtures("mira")
def test_a_new_password_ends_the_others_and_keeps_this_one_listed() -> None:
    other, here = entered(), entered()
    fields = {"current_password": PASSWORD, "new_password": NEW, "repeated_password": NEW}
    here.post("/settings/password/", fields)
    assert (other.get("/").status_code, len(listed(here.get(PAGE)))) == (401, 1)


def test_a_session_of_an_earlier_release_works_on_and_ends_with_all_others(mira: Account) -> None:
    """It has no row in the list."""
    older = Client()
    older.force_login(mira)
    UserSession.objects.all().delete()
    assert older.get("/runs/").status_code == 200
    assert b"before sessions were listed" in older.get(PAGE).content
    entered().post("/settings/sessions/end-others/")
    assert older.get("/runs/").status_code == 401


@pytest.mark.usefixtures("mira")
def test_a_look_at_the_list_changes_nothing(django_assert_max_num_queries: Any) -> None:
    here = entered()
    with django_assert_max_num_queries(12) as queries:
        here.get(PAGE)
    assert all(one["sql"].startswith("SELECT") for one in queries.captured_queries)


@pytest.mark.usefixtures("mira")
def test_what_is_known_of_ended_sessions_is_swept() -> None:
    entered()
    Session.objects.all().delete()
    sessions.sweep()
    assert not UserSession.objects.exists()
