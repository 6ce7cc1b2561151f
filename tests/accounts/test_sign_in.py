"""Signing in and out: who gets in, what strangers are told, and how often may be guessed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from playground.accounts import sessions, sign_in
from playground.accounts.models import Account, SignInAttempt
from playground.runs.models.run import Run
from tests.conftest import PASSWORD, form, member, signed_in

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("accounts")]
PAGE = {"Accept": "text/html"}
NOW = timezone.now()


def enter(client: Client, name: str = "mira", password: str = PASSWORD, **more: Any) -> Any:
    address = more.pop("address", "203.0.113.5")
    fields = {"username": name, "password": password, **more}
    return client.post("/sign-in/", fields, REMOTE_ADDR=address)


def fail(client: Client, times: int, **more: Any) -> Any:
    for _ in range(times):
        answer = enter(client, password="wrong", **more)
    return answer


def test_a_session_says_what_let_in_by_the_name_that_every_release_knows() -> None:
    browser = signed_in(member())
    assert browser.session[BACKEND_SESSION_KEY] == "playground.services.sign_in.AccountBackend"


@pytest.mark.parametrize("name", ["mira", "Mira", "mira@example.org", "MIRA@example.org"])
def test_name_or_email_and_password_let_in(client: Client, name: str) -> None:
    member(email="mira@example.org")
    assert enter(client, name).status_code == 303
    assert client.get("/").status_code == 200


def test_no_session_is_made_for_a_stranger(client: Client) -> None:
    client.get("/sign-in/")
    client.get("/healthz")
    assert "sessionid" not in client.cookies
    assert not Session.objects.exists()


@pytest.mark.parametrize("active", [True, False])
def test_wrong_unknown_and_deactivated_read_the_same(client: Client, active: bool) -> None:
    member(is_active=active)
    wrong = enter(client, password=PASSWORD if not active else "wrong").content
    unknown = enter(client, "nobody", "wrong").content
    assert b"The username or password is not right." in wrong
    assert len(wrong) == len(unknown.replace(b"nobody", b"mira"))


def test_a_page_leads_through_the_sign_in_and_back(client: Client) -> None:
    member()
    answer = client.get("/runs/?q=tea", headers=PAGE)
    assert answer["Location"] == "/sign-in/?next=%2Fruns%2F%3Fq%3Dtea"
    assert enter(client, next="/runs/?q=tea")["Location"] == "/runs/?q=tea"


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_the_sign_in_leads_to_no_other_host(client: Client, wanted: str) -> None:
    member()
    assert enter(client, next=wanted)["Location"] == "/"


def test_a_poll_of_somebody_signed_out_ends(client: Client) -> None:
    answer = client.get("/runs/", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert b"You are signed out" in answer.content
    assert b"hx-trigger" not in answer.content


def test_a_form_pressed_after_the_session_ended_is_kept(client: Client) -> None:
    answer = client.post("/runs/", form(prompt="Is this kept?", form_token="t1"))
    assert answer.status_code == 401
    assert b'value="Is this kept?"' in answer.content
    assert not Run.objects.exists()


@pytest.mark.parametrize("name", ["own-key", "server-key", "server-headers", "new_password"])
def test_no_key_and_no_password_is_kept_in_a_page(name: str) -> None:
    client = Client(enforce_csrf_checks=True)
    for token in ("", client.get("/sign-in/").cookies["csrftoken"].value):
        fields = {name: "the-very-secret", "csrfmiddlewaretoken": token}
        answer = client.post("/settings/servers/", fields, headers={"Origin": "http://testserver"})
        assert answer.status_code in {401, 403}
        assert b"the-very-secret" not in answer.content


def test_a_variable_that_is_called_like_a_secret_is_kept(client: Client) -> None:
    fields = form(prompt="{{api_key}} {{password}}", var_api_key="kept 1", var_password="kept 2")
    answer = client.post("/runs/", fields)
    assert (b"kept 1" in answer.content, b"kept 2" in answer.content) == (True, True)


def test_with_htmx_the_page_stays_as_it_is(client: Client) -> None:
    answer = client.post("/runs/", form(), headers={"HX-Request": "true"})
    assert (answer.status_code, b"data-problem" in answer.content) == (401, True)


def test_a_program_is_told_by_a_status(client: Client) -> None:
    answer = client.get("/runs/", headers={"Accept": "*/*"})
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Form")


def test_signing_out_ends_the_session_on_the_server(client: Client) -> None:
    browser = signed_in(member())
    stolen = browser.cookies["sessionid"].value
    assert browser.post("/sign-out/").status_code == 303
    client.cookies["sessionid"] = stolen
    assert client.get("/").status_code == 401


@pytest.mark.parametrize("address", ["/sign-out/", "/settings/sessions/end/", "/admin/logout/"])
def test_the_browser_forgets_pages_and_drafts(address: str) -> None:
    answer = signed_in(member("mira", is_staff=True)).post(address)
    assert answer["Clear-Site-Data"] == '"cache", "storage"'


def test_signing_out_takes_a_press() -> None:
    browser = signed_in(member())
    assert browser.get("/sign-out/").status_code == 405
    assert browser.get("/").status_code == 200


def test_pages_of_signed_in_people_are_kept_nowhere() -> None:
    assert signed_in(member()).get("/runs/")["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize(("remember", "days"), [("on", 30), ("", 0.5)])
def test_a_session_lasts_as_long_as_asked(client: Client, remember: str, days: float) -> None:
    member()
    enter(client, remember=remember)
    left = Session.objects.get().expire_date - timezone.now()
    assert abs(left - timedelta(days=days)) < timedelta(minutes=1)
    assert bool(client.cookies["sessionid"]["max-age"]) == bool(remember)


def later(client: Client, monkeypatch: pytest.MonkeyPatch, days: float) -> int:
    """Look at History so many days after now; returns the status."""
    then = NOW + timedelta(days=days)
    monkeypatch.setattr(timezone, "now", lambda: then)
    return int(client.get("/runs/").status_code)


def test_a_remembered_session_ends_a_week_after_its_last_use(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    member()
    enter(client, remember="on")
    assert [later(client, monkeypatch, day) for day in (7, 14, 22)] == [200, 200, 401]
    assert not Session.objects.exists()
    assert enter(client).status_code == 303
    assert later(client, monkeypatch, 22.1) == 200


def test_use_does_not_make_a_remembered_session_longer(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    member()
    enter(client, remember="on")
    days = (6, 12, 18, 24, 29.9, 30.1)
    assert [later(client, monkeypatch, day) for day in days] == [200] * 5 + [401]


def test_the_session_cookie_is_out_of_reach(client: Client) -> None:
    member()
    enter(client)
    cookie = client.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_a_new_sign_in_gets_a_session_of_its_own(client: Client) -> None:
    member()
    client.cookies["sessionid"] = "chosenbysomebodyelse0000000000000"
    enter(client)
    assert client.cookies["sessionid"].value != "chosenbysomebodyelse0000000000000"


def test_after_five_failures_the_right_password_waits_too(client: Client) -> None:
    member()
    fail(client, 5)
    answer = enter(client)
    assert (answer.status_code, 840 < int(answer["Retry-After"]) <= 900) == (429, True)
    assert b"Wait 15 minutes." in answer.content


def test_asking_too_early_does_not_make_the_wait_longer(client: Client) -> None:
    member()
    fail(client, 8)
    SignInAttempt.objects.update(at=timezone.now() - sign_in.WINDOW)
    assert enter(client).status_code == 303


def test_nobody_is_locked_out_by_somebody_else(client: Client) -> None:
    member()
    fail(client, 6, address="198.51.100.9")
    assert enter(client, address="203.0.113.5").status_code == 303


def test_name_and_email_share_their_attempts(client: Client) -> None:
    member(email="mira@example.org")
    fail(client, 3)
    assert fail(client, 3, name="mira@example.org").status_code == 429


def test_one_network_cannot_try_many_names(client: Client) -> None:
    member()
    enter(client, "name", "wrong")
    network = SignInAttempt.objects.get().network
    SignInAttempt.objects.bulk_create(
        SignInAttempt(network=network, name_digest=f"of name {number}") for number in range(49)
    )
    assert enter(client).status_code == 429


def test_addresses_of_one_ipv6_network_count_together(client: Client) -> None:
    member()
    for number in range(5):
        enter(client, password="wrong", address=f"2001:db8::{number}")
    assert enter(client, address="2001:db8::ffff").status_code == 429
    assert enter(client, address="2001:db8:0:1::1").status_code == 303


def test_a_client_does_not_choose_its_address(client: Client, settings: SettingsWrapper) -> None:
    member()
    settings.PROXY_COUNT = 1
    for number in range(5):
        forwarded = {"X-Forwarded-For": f"10.0.0.{number}, 203.0.113.5"}
        client.post("/sign-in/", {"username": "mira", "password": "wrong"}, headers=forwarded)
    answer = client.post(
        "/sign-in/",
        {"username": "mira", "password": PASSWORD},
        headers={"X-Forwarded-For": "10.9.9.9, 203.0.113.5"},
    )
    assert answer.status_code == 429


def test_what_was_typed_as_a_name_is_not_kept(client: Client) -> None:
    enter(client, "my secret password", "mira")
    row = SignInAttempt.objects.get()
    assert "secret" not in f"{vars(row)}"


def test_the_page_says_when_nobody_can_sign_in_yet(client: Client) -> None:
    assert b"createadmin" in client.get("/sign-in/").content
    member()
    assert b"createadmin" not in client.get("/sign-in/").content


@pytest.mark.parametrize("typed", ["\x00", "m" * 300, "%", "mi_a", " mira "])
def test_odd_names_are_no_more_than_wrong(client: Client, typed: str) -> None:
    member()
    assert enter(client, typed).status_code in {422, 303}


def test_a_form_from_before_the_sign_in_is_kept_with_a_new_token() -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(member())
    fields = form(prompt="Is this kept?", csrfmiddlewaretoken="x" * 64)
    answer = browser.post("/runs/", fields, headers={"Origin": "http://testserver"})
    assert answer.status_code == 403
    assert b'value="Is this kept?"' in answer.content


def test_nothing_is_kept_of_a_form_of_another_site() -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(member())
    answer = browser.post("/runs/", form(prompt="Evil"), headers={"Origin": "http://evil.example"})
    assert answer.status_code == 403
    assert b"Evil" not in answer.content


def test_old_attempts_and_ended_sessions_are_swept(client: Client) -> None:
    member()
    enter(client)
    fail(client, 1)
    SignInAttempt.objects.update(at=timezone.now() - timedelta(hours=1))
    Session.objects.update(expire_date=timezone.now() - timedelta(hours=1))
    sign_in.sweep(), sessions.sweep()
    assert (SignInAttempt.objects.count(), Session.objects.count()) == (0, 0)


def test_a_poll_writes_nothing_and_reads_two_rows_for_the_visitor(
    django_assert_max_num_queries: Any,
) -> None:
    browser = signed_in(member())
    run = Run.objects.create(owner=Account.objects.get(), **RUN)
    before = Session.objects.get().expire_date
    with django_assert_max_num_queries(12) as queries:
        browser.get(f"/runs/{run.pk}/status/", headers={"HX-Request": "true"})
    assert all(one["sql"].startswith("SELECT") for one in queries.captured_queries)
    assert Session.objects.get().expire_date == before


RUN = {"form_token": "a", "form_digest": "b", "provider": "demo", "model_id": "m", "units": 1}


def test_signing_in_and_out_is_logged(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "playground")
    account = member()
    fail(client, 1), enter(client), client.post("/settings/sessions/end/")
    enter(client), client.post("/sign-out/")
    told = [
        one.getMessage()
        for one in caplog.records
        if one.name != "playground.operations.request_log"
    ]
    who = f"account {account.pk}"
    assert told == [
        "a sign-in from 203.0.113.5 failed",
        f"{who} signed in from 203.0.113.5",
        f"{who} signed out everywhere",
        f"{who} signed in from 203.0.113.5",
        f"{who} signed out",
    ]
