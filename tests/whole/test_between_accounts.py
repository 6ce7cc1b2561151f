"""What one account chose and pressed is no way to what another has."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.utils import timezone

from playground.history import deletion
from playground.images import store
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from tests.conftest import FLASH, GPT, form, member, png, signed_in, upload
from tests.whole.test_who_sees_what import call

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from playground.accounts.models import Account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("accounts")]

# Pictures are kept once for everybody: who has one must not be found out through them.


def chosen(browser: Client, colour: str = "teal") -> str:
    answer = browser.post("/images/", {"image": upload(png(colour))})
    assert answer.status_code == 200
    return hashlib.sha256(png(colour)).hexdigest()


def sees(browser: Client, sha256: str) -> bool:
    return bool(call(browser, "GET", "image", {"sha256": sha256}).status_code == 200)


def test_a_picture_is_seen_by_who_chose_it_and_by_nobody_else() -> None:
    mine, other = signed_in(member("mine")), signed_in(member("other"))
    sha256 = chosen(mine)
    assert sees(mine, sha256)
    assert not sees(other, sha256)
    chosen(other)
    assert sees(other, sha256)


def test_the_hash_of_a_foreign_picture_is_no_way_to_it() -> None:
    sha256 = chosen(signed_in(member("mine")))
    other = signed_in(member("other"))
    foreign = other.post("/runs/", form(tray=[sha256]))
    unknown = other.post("/runs/", form(tray=["0" * 64]))
    assert (foreign.status_code, unknown.status_code) == (422, 422)
    assert sha256.encode() not in foreign.content
    assert not Run.objects.exists()


def test_what_a_run_shows_stays_visible_when_the_choice_is_swept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    browser = signed_in(member("mine"))
    used, unused = chosen(browser, "red"), chosen(browser, "blue")
    browser.post("/runs/", form(tray=[used], form_token="t"))
    monkeypatch.setattr(store, "UNUSED_LIFETIME", timedelta(0))
    store.sweep_unused()
    assert sees(browser, used)
    assert not sees(browser, unused)


def test_a_picture_is_gone_with_the_run_though_others_have_it() -> None:
    mine, other = signed_in(member("mine")), signed_in(member("other"))
    sha256 = chosen(mine)
    chosen(other)
    mine.post("/runs/", form(tray=[sha256], form_token="t"))
    run = Run.objects.get()
    run.cancel()
    mine.post(f"/runs/{run.pk}/delete/")
    Run.everything.update(deleted_at=timezone.now() - deletion.GONE_AFTER)
    deletion.purge()
    assert not sees(mine, sha256)
    assert sees(other, sha256)


# A token is a press of one account. Another account's same token is another press.


@pytest.fixture
def two() -> tuple[Client, Client]:
    return signed_in(member("mine")), signed_in(member("other"))


def test_the_same_form_token_of_two_accounts_is_two_presses(two: tuple[Client, Client]) -> None:
    first, second = (one.post("/runs/", form(form_token="t")) for one in two)
    assert first["Location"] != second["Location"]
    assert {run.owner.username for run in Run.objects.all()} == {"mine", "other"}
    assert two[0].post("/runs/", form(form_token="t"))["Location"] == first["Location"]


def test_a_foreign_retry_token_leads_to_no_foreign_run(two: tuple[Client, Client]) -> None:
    for one, prompt in zip(two, ("mine", "other"), strict=True):
        one.post("/runs/", form(prompt=prompt, form_token=f"t{prompt}"))
    for run in Run.objects.all():
        run.cancel()
    mine, other = (Run.objects.get(prompt=prompt) for prompt in ("mine", "other"))
    two[0].post(f"/runs/{mine.pk}/retry/", {"form_token": "again"})
    two[1].post(f"/runs/{other.pk}/retry/", {"form_token": "again"})
    assert [run.prompt for run in Run.objects.filter(retry_of=other)] == ["other"]


def test_another_form_token_cannot_reach_added_columns(two: tuple[Client, Client]) -> None:
    for one in two:
        one.post("/runs/", form(models=[FLASH, GPT], form_token="t"))
    for one, comparison in zip(two, Comparison.objects.order_by("created_at"), strict=True):
        one.post(f"/compare/{comparison.pk}/add/", {"models": [FLASH], "form_token": "more"})
    assert sorted(one.cells().count() for one in Comparison.objects.all()) == [3, 3]


def test_a_member_is_offered_no_answers_of_the_shared_key(
    make_unknown: Callable[[Account], Run],
) -> None:
    from playground.worker.lookup import may_look_up

    assert not may_look_up(make_unknown(member("mine")))
    assert may_look_up(make_unknown(member("chief", is_staff=True)))


@pytest.fixture
def make_unknown() -> Callable[[Account], Run]:
    def make(owner: Account) -> Run:
        now = timezone.now()
        return Run.objects.create(
            owner=owner,
            form_token=uuid4().hex,
            form_digest="d",
            provider="wavespeed",
            model_id=FLASH,
            units=1,
            status="unknown",
            finished_at=now,
            submit_started_at=now,
        )

    return make
