"""A local playground answers its own machine alone; what hands it over to accounts."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.hashers import identify_hasher
from django.core.management import call_command
from django.core.management.base import CommandError

from playground.accounts.models import Account
from playground.api import tokens
from playground.api.models import ApiToken
from playground.catalog.models import Favourite, ModelDay
from playground.composer.presets import library
from playground.composer.presets.models import Preset
from playground.connections import keys
from playground.providers.endpoint import WAVESPEED
from playground.runs import tagging
from playground.runs.models.run import Run
from playground.runs.models.tag import RunTag, Tag
from tests.conftest import FLASH, GPT, PASSWORD, form, member, signed_in
from tests.product import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", "::ffff:127.0.0.1", ""])
def test_this_machine_is_answered(client: Client, peer: str) -> None:
    assert client.get("/", REMOTE_ADDR=peer).status_code == 200


@pytest.mark.parametrize("peer", ["192.168.1.7", "203.0.113.5", "2001:db8::1", "nonsense"])
def test_other_machines_are_refused(client: Client, peer: str) -> None:
    answer = client.get("/runs/", REMOTE_ADDR=peer)
    assert answer.status_code == 403
    assert b"ACCESS=accounts" in answer.content


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_what_came_through_a_proxy_is_refused(client: Client, header: str) -> None:
    assert client.get("/", headers={header: "127.0.0.1"}).status_code == 403


@pytest.mark.parametrize("host", ["playground.example.org", "192.168.1.7:8000"])
def test_other_hosts_are_refused(client: Client, settings: Any, host: str) -> None:
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
    assert client.get("/", headers={"Host": host}).status_code == 400


def test_a_local_page_sets_no_session_and_asks_for_none(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    client.get("/runs/")  # what is kept for some seconds is read now
    with django_assert_max_num_queries(4) as queries:
        client.get("/runs/")
    assert "sessionid" not in client.cookies
    assert not any("session" in one["sql"] for one in queries.captured_queries)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Run a command with this on its standard input; returns what it says."""

    def run(*words: str, typed: str = "") -> str:
        out = io.StringIO()
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        call_command(*words, stdout=out)
        return out.getvalue()

    return run


def test_one_command_makes_the_first_administrator(said: Callable[..., str]) -> None:
    assert "mira may sign in" in said("createadmin", "mira", "--password-stdin", typed=PASSWORD)
    account = Account.objects.get()
    assert account.is_administrator
    assert account.check_password(PASSWORD)
    assert identify_hasher(account.password).algorithm == "argon2"


def test_the_command_asks_twice(said: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter([PASSWORD, "something else entirely"])
    monkeypatch.setattr("getpass.getpass", lambda _prompt: next(typed))
    with pytest.raises(CommandError, match="differ"):
        said("createadmin", "mira")
    assert not Account.objects.exists()


@pytest.mark.parametrize(
    ("name", "password", "words"),
    [
        ("mira", "short", "too short"),
        ("mira", "password1234", "too common"),
        ("mirabellasandholm", "mirabellasandholm", "too similar"),
        ("mira", "x" * 1001, "over 1000 characters"),
        ("a b", PASSWORD, "letters, digits"),
        ("a@b.example", PASSWORD, "letters, digits"),
        ("", PASSWORD, "cannot be blank"),
        ("TAKEN", PASSWORD, "taken"),
    ],
)
def test_bad_names_and_passwords_are_refused(
    said: Callable[..., str], name: str, password: str, words: str
) -> None:
    member("taken")
    with pytest.raises(CommandError, match=words):
        said("createadmin", name, "--password-stdin", typed=password)
    assert Account.objects.count() == 1


@pytest.mark.usefixtures("accounts")
def test_adopt_hands_local_runs_to_an_account(
    said: Callable[..., str], ask: Callable[..., Run]
) -> None:
    run, mine = ask("Mine now?"), member()
    assert "1 run\n" in said("adopt", "mira")
    assert signed_in(mine).get(f"/runs/{run.pk}/").status_code == 200
    assert signed_in(member("other")).get(f"/runs/{run.pk}/").status_code == 404


def test_adopt_takes_comparisons_with_their_runs_and_leaves_others_alone(
    client: Client, said: Callable[..., str], ask: Callable[..., Run]
) -> None:
    mine, other = member(), member("other")
    theirs = ask("Theirs")
    Run.objects.filter(pk=theirs.pk).update(owner=other)
    client.post("/runs/", form(models=[FLASH, GPT]))
    said("adopt", "mira")
    assert {run.owner for run in Run.objects.exclude(pk=theirs.pk)} == {mine}
    assert Run.objects.get(pk=theirs.pk).owner == other


def test_adopt_names_an_account_that_is_not_there(said: Callable[..., str]) -> None:
    with pytest.raises(CommandError, match="no account nobody"):
        said("adopt", "nobody")


def test_adopt_leaves_the_key_of_the_site_to_everybody(said: Callable[..., str]) -> None:
    mine = member()
    keys.keep(WAVESPEED, None, "wsk_live_of_the_site_000", by=None)
    assert "stay the site's" in said("adopt", "mira")
    assert keys.whose_key(WAVESPEED, mine.pk) == "site"
    assert keys.whose_key(WAVESPEED, member("other").pk) == "site"


def test_adopt_puts_things_of_the_same_name_together(
    said: Callable[..., str], ask: Callable[..., Run]
) -> None:
    mine, run = member(), ask("Which?")
    for owner in (None, mine):
        Favourite.objects.create(owner=owner, model_id=FLASH)
        library.save(library.Content("Which?", f"Of {owner}"), owner)
        tokens.make("nightly", owner)
        ModelDay.objects.create(owner=owner, provider="demo", model_id=FLASH, day="2026-11-01")
    tagging.add([run], "same", None)
    tagging.add([ask("Another")], "same", mine)
    said("adopt", "mira")
    assert [one.name for one in Preset.objects.filter(owner=mine)] == ["Which?", "Which? 2"]
    assert {one.name for one in ApiToken.objects.filter(owner=mine)} == {"nightly", "nightly 2"}
    assert Favourite.objects.get().owner == Tag.objects.get().owner == mine
    assert RunTag.objects.filter(tag__owner=mine).count() == 2
    assert said("adopt", "mira").startswith("What had no owner")


@pytest.mark.parametrize("words", ["createadmin mira", "adopt mira", "rotatekeys", "recount"])
def test_a_database_that_was_not_migrated_yet_is_told_so(
    said: Callable[..., str], monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    monkeypatch.setattr("playground.operations.migrating.is_older", lambda _connection: True)
    with pytest.raises(CommandError, match=r"Run: python manage\.py migrate"):
        said(*words.split())


def test_without_accounts_no_administrator_is_made() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "createadmin", "mira"],
        cwd=ROOT,
        env=os.environ | {"ACCESS": "local", "DJANGO_SETTINGS_MODULE": "playground.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("CommandError: Set ACCESS=accounts: without it nobody signs in.")
