"""The page of the audit log, and its file: for administrators, by person and kind, in pages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from playground.accounts.audit.log import Kind
from playground.accounts.audit.models import AuditEntry
from playground.settings_pages import audit
from tests.conftest import markup, member, signed_in

if TYPE_CHECKING:
    from django.test import Client

    from playground.accounts.models import Account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("accounts")]


@pytest.fixture
def desk() -> Client:
    """The browser of an administrator; what it did so far is not in the log."""
    browser = signed_in(member("chief", is_staff=True, is_superuser=True))
    AuditEntry.objects.all().delete()
    return browser


def happened(kind: str = Kind.KEY_SET, by: Account | None = None, **fields: Any) -> AuditEntry:
    return AuditEntry.objects.create(kind=kind, actor=by.pk if by else None, **fields)


def lines(desk: Client, **query: str) -> list[Any]:
    answer = desk.get("/settings/audit.jsonl", query)
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    return [json.loads(line) for line in text.splitlines()]


def test_a_member_is_not_told_that_there_is_a_log() -> None:
    browser = signed_in(member())
    assert browser.get("/settings/audit/").status_code == 404
    assert browser.get("/settings/audit.jsonl").status_code == 404
    assert "Audit log" not in browser.get("/settings/").content.decode()


def test_a_local_playground_has_no_such_page(client: Client, settings: Any) -> None:
    settings.ROOT_URLCONF = "playground.urls"
    assert client.get("/settings/audit/").status_code == 404


def test_an_entry_says_who_what_to_whom_and_from_where(desk: Client) -> None:
    mira, ada = member(), member("ada")
    happened(Kind.PERSON_DEACTIVATED, mira, subject=ada.pk, network="192.0.2.1", detail="why")
    page = markup(desk.get("/settings/audit/"))
    assert "Account deactivated" in page
    for words in (">mira<", "for ada", "192.0.2.1", "why"):
        assert words in page


def test_the_page_says_how_long_entries_are_kept(desk: Client, settings: Any) -> None:
    settings.KEEP_AUDIT_DAYS = 90
    assert "kept for 90 days" in markup(desk.get("/settings/audit/"))
    settings.KEEP_AUDIT_DAYS = 0
    assert "kept for good" in markup(desk.get("/settings/audit/"))


def test_filters_by_person_take_what_was_done_to_them_too(desk: Client) -> None:
    mira = member()
    happened(Kind.KEY_SET, mira)
    happened(Kind.SIGN_IN_REFUSED, subject=mira.pk)
    happened(Kind.TOKEN_MADE, member("ada"))
    assert [one["kind"] for one in lines(desk, person="MIRA")] == ["sign_in.refused", "key.set"]


def test_an_erased_person_is_found_by_number_and_has_no_name(desk: Client) -> None:
    mira = member()
    happened(Kind.KEY_SET, mira)
    number = mira.pk
    mira.delete()
    page = markup(desk.get("/settings/audit/", {"person": f"#{number}"}))
    assert f"#{number}, erased" in page
    assert lines(desk)[0]["username"] is None


@pytest.mark.parametrize("person", ["nobody", "#", "#x", "#99999999999999999999", "\x00", "a' --"])
def test_whoever_is_not_here_did_nothing(desk: Client, person: str) -> None:
    happened(Kind.KEY_SET, member())
    answer = desk.get("/settings/audit/", {"person": person})
    assert answer.status_code == 200
    shown = "Key set" in markup(answer)
    assert shown == (person == "\x00")  # nothing is left of it: everybody


def test_filters_by_kind(desk: Client) -> None:
    happened(Kind.KEY_SET)
    happened(Kind.TOKEN_MADE)
    assert [one["kind"] for one in lines(desk, kind="token")] == ["token.made"]
    assert len(lines(desk, kind="nonsense")) == 2


def test_pages_go_on_where_the_one_before_ended(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "PAGE_SIZE", 2)
    for number in range(3):
        happened(detail=f"entry {number}")
    first = markup(desk.get("/settings/audit/", {"kind": "key"}))
    assert "entry 2" in first
    assert "entry 0" not in first
    second = AuditEntry.objects.order_by("-pk")[1].pk
    assert f"?kind=key&amp;before={second}" in first
    assert "entry 0" in markup(desk.get("/settings/audit/", {"before": second}))


def test_the_file_has_every_entry_that_matches(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "BATCH_SIZE", 2)
    mira = member()
    for number in range(5):
        happened(Kind.KEY_SET, mira, detail=str(number), network="2001:db8::/64")
    found = lines(desk)
    assert [one["detail"] for one in found] == ["4", "3", "2", "1", "0"]
    assert found[0]["username"] == "mira"
    assert found[0]["network"] == "2001:db8::/64"
