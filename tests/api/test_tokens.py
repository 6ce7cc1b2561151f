"""Tokens: who is let in by one, how it is made and ended, what is kept of it."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from playground.accounts.audit.models import AuditEntry
from playground.api import tokens
from playground.api.models import ApiToken
from playground.config.logs import scrub
from playground.runs.models.run import Run
from tests.api.conftest import program, start
from tests.conftest import markup, member, signed_in

pytestmark = pytest.mark.django_db
RUNS = "/api/runs/"


def bearer(secret: str) -> Any:
    return Client().get(RUNS, headers={"Authorization": f"Bearer {secret}"})


def test_without_a_token_nothing_is_answered() -> None:
    response = start(Client())
    assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")
    assert response.json()["error"]["code"] == "unauthorised"


@pytest.mark.parametrize("sent", ["", "x", "vpg_", "vpg_" + "a" * 32, "vpg_" + "é" * 32])
def test_a_wrong_token_opens_nothing(sent: str) -> None:
    assert bearer(sent).status_code == 401


def test_a_session_opens_nothing(accounts: Any) -> None:
    assert signed_in(member()).get(RUNS).status_code == 401


def test_a_page_makes_a_token_and_shows_it_once(client: Client) -> None:
    page = client.post("/tokens/", {"name": "nightly"}).content.decode()
    secret = re.search(r"vpg_[\w-]{32}", page)[0]
    assert bearer(secret).status_code == 200
    assert secret not in client.get("/tokens/").content.decode()
    assert secret not in str(ApiToken.objects.values())


def test_a_token_has_at_least_160_random_bits() -> None:
    secret = tokens.make("a", None).secret
    assert len(secret.removeprefix("vpg_")) * 6 >= 160
    assert secret != tokens.make("b", None).secret


def test_the_same_form_again_makes_no_second_token(client: Client) -> None:
    client.post("/tokens/", {"name": "nightly"})
    again = client.post("/tokens/", {"name": "nightly"})
    assert again.status_code == 422
    assert b"Choose another name" in again.content
    assert ApiToken.objects.count() == 1


@pytest.mark.parametrize("name", ["", " ", "x" * 61, "a\x00"])
def test_a_name_is_asked_for(client: Client, name: str) -> None:
    assert client.post("/tokens/", {"name": name}).status_code == 422


def test_tokens_are_bounded(client: Client) -> None:
    for number in range(tokens.MAX_TOKENS):
        tokens.make(f"token {number}", None)
    assert client.post("/tokens/", {"name": "more"}).status_code == 422
    assert ApiToken.objects.count() == tokens.MAX_TOKENS


def test_a_revoked_token_opens_nothing_and_frees_its_name(client: Client) -> None:
    made = tokens.make("nightly", None)
    for _ in range(2):
        assert client.post(f"/tokens/{made.row.pk}/revoke/").status_code == 303
    assert bearer(made.secret).status_code == 401
    assert client.post("/tokens/", {"name": "nightly"}).status_code == 200


def test_a_use_is_noted_once_a_minute() -> None:
    secret = tokens.make("nightly", None).secret
    bearer(secret)
    first = ApiToken.objects.get().used_at
    bearer(secret)
    assert ApiToken.objects.get().used_at == first
    ApiToken.objects.update(used_at=timezone.now() - timedelta(seconds=61))
    bearer(secret)
    assert ApiToken.objects.get().used_at > first


def test_an_account_that_is_shut_out_takes_its_tokens_along(accounts: Any) -> None:
    owner = member()
    api = program(owner)
    assert api.get(RUNS).status_code == 200
    owner.is_active = False
    owner.save()
    assert api.get(RUNS).status_code == 401


def test_a_token_without_an_owner_is_of_no_use_with_accounts(accounts: Any) -> None:
    assert program().get(RUNS).status_code == 401


def test_others_do_not_see_a_token(accounts: Any) -> None:
    mine = tokens.make("my own", member("mine")).row
    other = signed_in(member("other"))
    assert b"my own" not in other.get("/tokens/").content
    assert other.post(f"/tokens/{mine.pk}/revoke/").status_code == 404


def test_another_machine_is_refused_in_json() -> None:
    response = program().get(RUNS, headers={"X-Forwarded-For": "203.0.113.7"})
    assert (response.status_code, response.json()["error"]["code"]) == (403, "forbidden")


def test_a_token_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    secret = tokens.make("nightly", None).secret
    assert scrub(f"sent {secret} to") == "sent [key] to"
    with caplog.at_level(logging.DEBUG):
        bearer(secret)
    assert secret not in caplog.text


def test_a_token_that_reads_starts_nothing() -> None:
    api = Client(headers={"Authorization": f"Bearer {tokens.make('a', None, 'read').secret}"})
    assert api.get(RUNS).status_code == 200
    refused = start(api)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "scope")
    assert "may read alone" in refused.json()["error"]["message"]
    assert not Run.objects.exists()


def test_a_token_opens_nothing_after_its_end() -> None:
    secret = tokens.make("nightly", None, days=7).secret
    assert bearer(secret).status_code == 200
    ApiToken.objects.update(expires_at=timezone.now())
    refused = bearer(secret)
    assert (refused.status_code, refused["WWW-Authenticate"]) == (401, "Bearer")
    assert "This token ended on " in refused.json()["error"]["message"]


def test_the_page_says_what_a_token_may_and_until_when(client: Client) -> None:
    client.post("/tokens/", {"name": "nightly", "scope": "read", "days": "30"})
    row = ApiToken.objects.get()
    assert row.scope == "read"
    assert timedelta(days=29) < row.expires_at - row.created_at <= timedelta(days=30)
    assert "ends " in markup(client.get("/tokens/"))
    ApiToken.objects.update(expires_at=timezone.now())
    assert "it opens nothing any more" in markup(client.get("/tokens/"))


@pytest.mark.parametrize("wrong", [{"scope": "all"}, {"days": "8"}, {"days": "x"}])
def test_a_token_that_cannot_be_is_refused(client: Client, wrong: dict[str, str]) -> None:
    assert client.post("/tokens/", {"name": "nightly"} | wrong).status_code == 422
    assert not ApiToken.objects.exists()


def test_a_token_that_ended_makes_room_for_another_of_its_name(client: Client) -> None:
    tokens.make("nightly", None, days=7)
    ApiToken.objects.update(expires_at=timezone.now())
    assert client.post("/tokens/", {"name": "nightly"}).status_code == 200
    assert [one.name for one in ApiToken.objects.live()] == ["nightly"]


def test_the_audit_log_says_what_a_token_may(accounts: Any) -> None:
    signed_in(member()).post("/tokens/", {"name": "nightly", "scope": "read", "days": "7"})
    assert "may read, until " in AuditEntry.objects.get(kind="token.made").detail
