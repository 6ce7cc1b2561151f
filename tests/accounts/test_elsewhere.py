"""Signing in through another provider, a real one: who gets in, as whom, and who does not."""

from __future__ import annotations

import time
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.contrib.sessions.models import Session
from django.test import Client, RequestFactory

from playground.accounts import elsewhere
from playground.accounts.models import Account
from playground.accounts.sign_in import note_asking
from tests.accounts.factors import CodeApp
from tests.conftest import PASSWORD, member, signed_in
from tests.oidc.provider import GROUP
from tests.oidc.running import BACK, go_through, oidc, provider
from tests.patience import PATIENCE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.django_db
START = "/sign-in/oidc/"


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with provider(tmp_path_factory.mktemp("provider"), BACK) as issuer:
        yield issuer


@pytest.fixture(autouse=True)
def configured(
    accounts: SettingsWrapper, issuer: str, monkeypatch: pytest.MonkeyPatch
) -> SettingsWrapper:
    """With a provider that has the time of a busy machine to answer."""
    monkeypatch.setattr(elsewhere, "WAIT_SECONDS", PATIENCE_SECONDS)
    accounts.OIDC = oidc(issuer)
    return accounts


def administrators(settings: SettingsWrapper, claim: str) -> None:
    settings.OIDC = replace(settings.OIDC, administrators=(claim, GROUP))


def come(name: str, browser: Client | None = None, **fields: str) -> Any:
    """Press "Continue with Example Institute", sign in there, come back; returns the answer."""
    browser = browser or Client()
    page = browser.post(START, fields)
    assert page.status_code == 200, page.content
    return browser.get(go_through(page.context["address"], name).removeprefix("http://testserver"))


def is_in(browser: Client) -> bool:
    return browser.get("/runs/").status_code == 200


def test_who_comes_for_the_first_time_gets_an_account(client: Client) -> None:
    answer = come("ada", client, next="/models/")
    assert (answer.status_code, answer["Location"], is_in(client)) == (302, "/models/", True)
    account = Account.objects.get()
    assert (account.username, account.email) == ("ada", "ada@example.org")
    assert not account.has_usable_password()
    assert not account.is_administrator


def test_who_comes_again_is_the_same_account() -> None:
    come("ada"), come("ada")
    assert Account.objects.count() == SocialAccount.objects.count() == 1


def test_nothing_is_kept_of_what_else_is_told() -> None:
    come("boss"), come("boss")
    assert SocialAccount.objects.get().extra_data == {}
    assert not SocialToken.objects.exists()


def test_a_name_that_is_taken_or_none_here_is_made_another(client: Client) -> None:
    member("ada")
    come("ada"), come("odd name@host", client)
    names = set(Account.objects.values_list("username", flat=True))
    assert len(names) == 3
    assert {"ada", "odd-name"} < names
    assert is_in(client)


@pytest.mark.parametrize("name", ["eve", "liar"])
def test_other_domains_and_addresses_that_nobody_verified_stay_outside(
    client: Client, name: str
) -> None:
    answer = come(name, client)
    assert (answer.status_code, b"not of a domain" in answer.content) == (403, True)
    assert not is_in(client)
    assert not Account.objects.exists()


def test_with_a_star_everybody_of_the_provider_may_come(
    client: Client, configured: SettingsWrapper
) -> None:
    configured.OIDC = replace(configured.OIDC, domains=frozenset())
    come("liar", client)
    assert is_in(client)
    assert Account.objects.get().email == ""  # the address is somebody else's


@pytest.mark.parametrize("claim", ["groups", "realm_access.roles"])
def test_a_claim_makes_administrators_and_takes_it_back(
    configured: SettingsWrapper, monkeypatch: pytest.MonkeyPatch, claim: str
) -> None:
    administrators(configured, claim)
    come("boss"), come("ada")
    roles = dict(Account.objects.values_list("username", "is_staff"))
    assert roles == {"boss": True, "ada": False}
    configured.OIDC = replace(configured.OIDC, administrators=(claim, "another group"))
    come("boss")
    assert not Account.objects.get(username="boss").is_administrator


def test_an_account_is_not_taken_over_by_its_address(client: Client) -> None:
    mira = member("mira", email="MIRA@example.org")
    answer = come("mira", client)
    assert (answer.status_code, b"An account here has your address" in answer.content) == (
        403,
        True,
    )
    assert not SocialAccount.objects.filter(user=mira).exists()


def test_an_account_is_connected_from_inside(client: Client) -> None:
    mira = member("mira", email="mira@example.org")
    browser = signed_in(mira)
    assert come("mira", browser)["Location"] == "/settings/signing-in/"
    assert b"Connected since" in browser.get("/settings/signing-in/").content
    come("mira", client)
    assert int(client.session["_auth_user_id"]) == mira.pk


def test_connecting_asks_for_the_password_again() -> None:
    browser = Client()
    browser.force_login(member("mira"))
    assert browser.post(START)["Location"].startswith("/sign-in/password/")


def test_an_account_of_somebody_else_is_not_connected() -> None:
    come("ada")
    mira = member("mira")
    assert b"belongs to another account" in come("ada", signed_in(mira)).content
    assert not SocialAccount.objects.filter(user=mira).exists()


def test_a_connection_is_ended_where_a_password_is_left(client: Client) -> None:
    browser = signed_in(member("mira"))
    come("mira", browser)
    assert browser.post("/settings/oidc/remove/").status_code == 303
    assert not SocialAccount.objects.exists()
    come("ada", client)
    client.post("/settings/oidc/remove/")
    assert SocialAccount.objects.count() == 1


def test_a_second_factor_here_is_asked_for_all_the_same(client: Client) -> None:
    mira = member("mira")
    come("mira", signed_in(mira))
    app = CodeApp(mira)
    assert come("mira", client)["Location"] == "/sign-in/code/"
    assert not is_in(client)
    client.post("/sign-in/code/", {"code": app.code()})
    assert is_in(client)


def test_who_signs_in_elsewhere_alone_adds_no_factor_here(client: Client) -> None:
    come("ada", client)
    page = client.get("/settings/signing-in/").content
    assert b"Example Institute asks for your second factor." in page
    assert b"Passkeys" not in page
    assert client.post("/settings/signing-in/app/", {"code": "000000"}).status_code == 404
    assert client.post("/settings/sessions/end-others/").status_code == 303


def test_a_deactivated_account_stays_out(client: Client) -> None:
    come("ada")
    Account.objects.update(is_active=False)
    assert come("ada", client)["Location"] == "/sign-in/"
    assert not is_in(client)


def test_people_of_another_issuer_are_other_people(configured: SettingsWrapper) -> None:
    come("ada")
    configured.OIDC = replace(configured.OIDC, issuer="http://localhost:1/other")
    row = SocialAccount.objects.get()
    assert row.provider != configured.OIDC.id


def test_an_issuer_that_is_not_ours_is_refused(client: Client, issuer: str, settings: Any) -> None:
    address = client.post(START).context["address"]
    back = go_through(address, "ada").removeprefix("http://testserver")
    settings.OIDC = replace(oidc(issuer.replace("localhost", "127.0.0.1")))
    assert client.get(back).status_code == 403
    assert not is_in(client)


@pytest.mark.parametrize("changed", ["code", "state"])
def test_a_changed_way_back_is_refused(client: Client, changed: str) -> None:
    back = go_through(client.post(START).context["address"], "ada")
    answer = client.get(back.replace(f"{changed}=", f"{changed}=x").partition("testserver")[2])
    assert answer.status_code == 403
    assert not is_in(client)


def test_a_way_back_works_once_and_in_its_own_browser(client: Client) -> None:
    back = go_through(client.post(START).context["address"], "ada").partition("testserver")[2]
    assert Client().get(back).status_code == 403
    assert client.get(back).status_code == 302
    assert client.get(back).status_code == 403


@pytest.mark.parametrize("query", ["", "?error=access_denied", "?error=x&state=y", "?code=1"])
def test_whatever_leads_back_without_a_sign_in_is_refused(client: Client, query: str) -> None:
    answer = client.get(f"{START}done/{query}")
    assert (answer.status_code, b"did not let you in" in answer.content) == (403, True)


def test_the_way_there_is_a_press_and_asks_for_no_more_than_is_needed(client: Client) -> None:
    assert client.get(START).status_code == 405
    address = client.post(f"{START}?scope=admin&auth_params=prompt%3Dnone").context["address"]
    assert "code_challenge_method=S256" in address
    assert "admin" not in address
    assert "prompt" not in address


def test_a_provider_that_is_away_is_said(client: Client, configured: SettingsWrapper) -> None:
    configured.OIDC = replace(configured.OIDC, issuer="http://localhost:9")
    answer = client.post(START)
    assert (answer.status_code, b"does not answer" in answer.content) == (422, True)


def test_asking_for_the_way_fills_no_table(configured: SettingsWrapper, rf: RequestFactory) -> None:
    configured.OIDC = replace(configured.OIDC, issuer="http://localhost:9")
    for _ in range(48):
        note_asking(rf.get(START))
    assert [Client().post(START).status_code for _ in range(4)] == [422] * 2 + [429] * 2
    assert Session.objects.count() <= 2


def test_without_a_provider_there_is_no_such_address(
    client: Client, configured: SettingsWrapper
) -> None:
    configured.OIDC = None
    assert client.post(START).status_code == client.get(f"{START}done/").status_code == 404
    assert b"Continue with" not in client.get("/sign-in/").content


def test_the_password_is_right_beside_it(client: Client) -> None:
    member("mira")
    client.post("/sign-in/", {"username": "mira", "password": PASSWORD})
    assert is_in(client)


def test_how_strongly_somebody_signed_in_there_is_looked_at(configured: SettingsWrapper) -> None:
    for strength in (("amr", "mfa"), ("acr", "two-factors")):
        configured.OIDC = replace(configured.OIDC, strength=strength)
        weak, strong = Client(), Client()
        answer = come("ada", weak)
        assert (answer.status_code, is_in(weak)) == (403, False)
        assert b"less than is asked for here" in answer.content
        come("boss", strong)
        assert is_in(strong)


def test_the_class_of_a_sign_in_is_asked_for(client: Client, configured: SettingsWrapper) -> None:
    configured.OIDC = replace(configured.OIDC, strength=("acr", "two-factors"))
    assert "acr_values=two-factors" in client.post(START).context["address"]


ERASE = "/settings/erase/"


def test_who_has_no_password_is_erased_after_signing_in_there_once_more(client: Client) -> None:
    come("ada", client)
    assert b"Sign in at Example Institute" in client.get(ERASE).content
    assert client.post(ERASE, {"name": "ada"}).status_code == 409
    answer = come("ada", client, confirm="1", next=ERASE)
    assert (answer.status_code, answer["Location"]) == (303, ERASE)
    assert client.post(ERASE, {"name": "somebody"}).status_code == 422
    assert client.post(ERASE, {"name": "ada"}).status_code == 303
    assert Account.objects.get().erased_at


def test_confirming_asks_the_provider_to_ask_anew(client: Client) -> None:
    come("ada", client)
    address = client.post(START, {"confirm": "1"}).context["address"]
    assert "prompt=login" in address
    assert "max_age=0" in address


def test_somebody_else_confirms_nothing(client: Client) -> None:
    come("ada", client), come("mira")
    answer = come("mira", client, confirm="1", next=ERASE)
    assert (answer.status_code, client.post(ERASE, {"name": "ada"}).status_code) == (403, 409)


def test_a_proof_of_yesterday_confirms_nothing(
    client: Client, configured: SettingsWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    come("ada", client)
    later = SimpleNamespace(time=lambda: time.time() + 3600)
    monkeypatch.setattr(elsewhere, "time", later)
    answer = come("ada", client, confirm="1", next=ERASE)
    assert (answer.status_code, b"did not ask you again" in answer.content) == (403, True)


def test_a_stranger_who_would_confirm_signs_in(client: Client) -> None:
    come("ada", client, confirm="1")
    assert is_in(client)
