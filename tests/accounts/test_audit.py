"""The audit log tells who did what, keeps it as it was, and holds no secret."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from playground.accounts import members
from playground.accounts.audit import log
from playground.accounts.audit.log import Kind, record
from playground.accounts.audit.models import AuditEntry
from playground.accounts.models import Account, Invitation
from playground.api.models import ApiToken
from playground.runs.models.run import Run
from playground.sharing.models import Share
from tests.accounts.factors import CodeApp
from tests.conftest import PASSWORD, form, member, signed_in

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("accounts")]
SECRET = "own-key-of-mira-0123456789"
PROMPT = "What does my private letter say?"


@pytest.fixture
def chief() -> Account:
    return member("chief", is_staff=True, is_superuser=True)


def kinds() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("kind", flat=True))


def newest() -> AuditEntry:
    return AuditEntry.objects.order_by("pk").last() or AuditEntry()


def entered(name: str = "mira", password: str = PASSWORD) -> Client:
    browser = Client(REMOTE_ADDR="192.0.2.17")
    browser.post("/sign-in/", {"username": name, "password": password})
    return browser


class TestSigningIn:
    def test_a_sign_in_is_written_with_its_network(self) -> None:
        mira = member()
        entered()
        entry = newest()
        assert (entry.kind, entry.actor) == (Kind.SIGNED_IN, mira.pk)
        assert entry.network == "192.0.2.17"

    def test_a_refused_one_names_whose_account_it_was(self) -> None:
        mira = member()
        entered(password="not this one at all")
        entry = newest()
        assert (entry.kind, entry.actor) == (Kind.SIGN_IN_REFUSED, None)
        assert entry.subject == mira.pk

    def test_what_was_typed_as_a_name_is_not_kept(self) -> None:
        entered(name=SECRET)
        assert newest().kind == Kind.SIGN_IN_REFUSED
        assert SECRET not in str(AuditEntry.objects.values())

    def test_of_a_flood_the_first_are_kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(log, "MAX_REFUSALS_AN_HOUR", 2)
        for _ in range(4):
            entered(name="nobody")
        assert kinds() == [Kind.SIGN_IN_REFUSED] * 2

    def test_signing_out_is_written(self) -> None:
        member()
        entered().post("/sign-out/")
        assert kinds() == [Kind.SIGNED_IN, Kind.SIGNED_OUT]


class TestPeople:
    def test_an_invitation_and_the_account_made_from_it(self, chief: Account) -> None:
        signed_in(chief).post("/settings/people/invite/", {"administrator": "on"})
        invitation = Invitation.objects.get()
        members.accept(invitation, Account(username="mira"), PASSWORD)
        mira = Account.objects.get(username="mira")
        assert kinds()[-2:] == [Kind.INVITED, Kind.PERSON_MADE]
        assert (newest().actor, newest().detail) == (mira.pk, "administrator")

    def test_a_revoked_invitation_is_written_once(self, chief: Account) -> None:
        row = Invitation.objects.create(created_by=chief)
        for _ in range(2):
            signed_in(chief).post(f"/settings/invitations/{row.pk}/revoke/")
        assert kinds().count(Kind.INVITATION_REVOKED) == 1

    @pytest.mark.parametrize("act", ["deactivate", "reset-link"])
    def test_what_was_done_to_somebody_says_by_whom(self, chief: Account, act: str) -> None:
        mira = member()
        signed_in(chief).post(f"/settings/people/{mira.pk}/{act}/")
        entry = newest()
        assert (entry.actor, entry.subject) == (chief.pk, mira.pk)
        assert entry.kind in {Kind.PERSON_DEACTIVATED, Kind.RESET_LINK_MADE}

    def test_a_new_password_is_written_without_it(self) -> None:
        members.set_password(member(), "other quiet words here")
        assert newest().kind == Kind.PASSWORD_CHANGED
        assert "quiet" not in str(AuditEntry.objects.values())

    def test_signing_out_everywhere_is_written(self) -> None:
        signed_in(member()).post("/settings/sessions/end/")
        assert Kind.SIGNED_OUT_EVERYWHERE in kinds()

    def test_the_command_that_makes_an_administrator_came_from_no_network(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(
            "playground.management.commands.createadmin._from_stdin", lambda: PASSWORD
        )
        call_command("createadmin", "ada", password_stdin=True, verbosity=0)
        entry = newest()
        assert (entry.kind, entry.actor, entry.network) == (Kind.PERSON_MADE, None, "")


class TestKeysTokensAndLinks:
    def test_a_key_is_written_without_the_key(self) -> None:
        browser = signed_in(member())
        browser.post("/settings/keys/own/", {"own-key": SECRET})
        browser.post("/settings/keys/own/remove/")
        assert kinds()[-2:] == [Kind.KEY_SET, Kind.KEY_REMOVED]
        assert newest().detail == "wavespeed, own"
        assert SECRET not in str(AuditEntry.objects.values())

    def test_removing_a_key_that_is_not_there_is_nothing(self) -> None:
        signed_in(member()).post("/settings/keys/own/remove/")
        assert Kind.KEY_REMOVED not in kinds()

    def test_the_rotation_of_keys_is_written(self) -> None:
        call_command("rotatekeys", verbosity=0)
        assert newest().kind == Kind.KEYS_ROTATED

    def test_a_server_is_written_by_its_slug(self, chief: Account) -> None:
        browser = signed_in(chief)
        fields = {"server-name": "Lab", "server-url": "http://127.0.0.1:9", "server-key": SECRET}
        browser.post("/settings/servers/", fields)
        browser.post("/settings/servers/lab/edit/", fields)
        browser.post("/settings/servers/lab/remove/")
        told = AuditEntry.objects.filter(kind__startswith="server.").order_by("pk")
        assert list(told.values_list("kind", "detail")) == [
            (Kind.SERVER_ADDED, "lab"),
            (Kind.SERVER_CHANGED, "lab"),
            (Kind.SERVER_REMOVED, "lab"),
        ]

    def test_a_token_is_written_by_its_number(self) -> None:
        browser = signed_in(member())
        browser.post("/tokens/", {"name": "a private name"})
        token = ApiToken.objects.get()
        browser.post(f"/tokens/{token.pk}/revoke/")
        assert kinds()[-2:] == [Kind.TOKEN_MADE, Kind.TOKEN_REVOKED]
        assert newest().detail == f"number {token.pk}"

    def test_a_link_is_written_without_its_address_and_the_prompt(self) -> None:
        browser = signed_in(member())
        browser.post("/runs/", form(prompt=PROMPT))
        run = Run.objects.get()
        browser.post(f"/runs/{run.pk}/share/", {})
        link = Share.objects.get()
        for act in ("change", "rotate", "revoke"):
            browser.post(f"/shares/{link.pk}/{act}/", {"token": link.token})
        told = [one for one in kinds() if one.startswith("link.")]
        assert told == [Kind.LINK_MADE, Kind.LINK_CHANGED, Kind.LINK_MOVED, Kind.LINK_REVOKED]
        assert str(run.pk) in newest().detail
        held = str(AuditEntry.objects.values())
        assert link.token not in held
        assert PROMPT not in held

    def test_all_links_that_end_at_once_are_written(self) -> None:
        browser = signed_in(member())
        browser.post("/runs/", form())
        for _ in range(2):
            browser.post(f"/runs/{Run.objects.get().pk}/share/", {})
        browser.post("/shares/revoke/")
        assert kinds().count(Kind.LINK_REVOKED) == 2


class TestKeeping:
    def test_what_is_taken_back_leaves_no_entry(self) -> None:
        with transaction.atomic():
            record(Kind.KEY_SET)
            transaction.set_rollback(True)
        assert kinds() == []

    def test_the_database_refuses_to_change_an_entry(self) -> None:
        record(Kind.KEY_SET)
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            AuditEntry.objects.update(detail="another")
        assert newest().detail == ""

    def test_an_entry_goes_when_its_days_are_over(self, settings: SettingsWrapper) -> None:
        settings.KEEP_AUDIT_DAYS = 30
        for days in (29, 31):
            at = timezone.now() - timedelta(days=days)
            AuditEntry.objects.create(kind=Kind.KEY_SET, at=at)
        assert log.sweep() == 1
        assert AuditEntry.objects.count() == 1

    def test_without_a_limit_nothing_goes(self, settings: SettingsWrapper) -> None:
        settings.KEEP_AUDIT_DAYS = 0
        AuditEntry.objects.create(kind=Kind.KEY_SET, at=timezone.now() - timedelta(days=9999))
        assert log.sweep() == 0


def test_a_local_playground_writes_nothing(settings: SettingsWrapper) -> None:
    settings.ACCESS = "local"
    record(Kind.KEY_SET)
    assert not AuditEntry.objects.exists()


def test_a_second_factor_is_written_when_it_comes_when_it_is_tried_and_when_it_goes(
    django_capture_on_commit_callbacks: Any,
) -> None:
    mira = member()
    browser = signed_in(mira)
    key = browser.get("/settings/signing-in/app/").context["key"].replace(" ", "")
    with django_capture_on_commit_callbacks(execute=True):
        browser.post("/settings/signing-in/app/", {"code": CodeApp(secret=key).code()})
    half_way = entered()
    half_way.post("/sign-in/code/", {"code": "000000"})
    browser.post("/settings/signing-in/app/remove/")
    told = [one for one in kinds() if one != Kind.SIGNED_IN]
    assert told.count(Kind.FACTOR_ADDED) == told.count(Kind.FACTOR_REMOVED) == 2  # codes with it
    assert told.count(Kind.SIGN_IN_REFUSED) == 1
    assert key not in str(list(AuditEntry.objects.values()))
