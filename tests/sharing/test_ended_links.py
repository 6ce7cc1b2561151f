"""A link that ended answers like one that never was, at every address below its token."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from playground.accounts.models import Account
from playground.accounts.visitor import Visitor
from playground.history import deletion
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.sharing import links
from playground.sharing.models import Share
from tests.gone import delete_for_good
from tests.sharing.walking import NEVER_WAS, Answer, addresses, read, walk

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    Link = Callable[..., Share]

pytestmark = pytest.mark.django_db


def assert_gone(client: Client, token: str) -> None:
    found = walk(client, token)
    assert found == walk(client, NEVER_WAS)
    assert statuses(found) == {404}


def statuses(answers: list[Answer]) -> set[int]:
    return {one.status for one in answers}


def revoke(share: Share) -> None:
    links.revoke(Share.objects.filter(pk=share.pk))


def expire(share: Share) -> None:
    Share.objects.update(expires_at=timezone.now() - timedelta(seconds=1))


def rotate(share: Share) -> None:
    assert links.rotate(share, share.token)


def shut_out(share: Share) -> None:
    account = Account.objects.create(username="gone", is_active=False)
    Run.objects.update(owner=account)
    Comparison.objects.update(owner=account)


def delete(share: Share) -> None:
    delete_for_good(Run.objects.all())


@pytest.mark.parametrize("end", [revoke, expire, rotate, delete, shut_out])
def test_an_ended_link_to_a_run_is_like_one_that_never_was(
    client: Client, run: Run, link: Link, end: Callable[[Share], None]
) -> None:
    share = link(run)
    assert statuses(walk(client, share.token)) == {200, 404}  # a run has no spreadsheet
    end(share)
    assert_gone(client, share.token)


@pytest.mark.parametrize("end", [revoke, expire, rotate, delete, shut_out])
def test_an_ended_link_to_a_comparison_is_like_one_that_never_was(
    client: Client, comparison: Comparison, link: Link, end: Callable[[Share], None]
) -> None:
    share = link(comparison)
    assert statuses(walk(client, share.token)) == {200}
    end(share)
    assert_gone(client, share.token)


def test_a_link_whose_cells_were_all_deleted_shows_nothing(
    client: Client, comparison: Comparison, link: Link
) -> None:
    share = link(comparison)
    Share.objects.update(cells=share.cells[:1])
    delete_for_good([Run.objects.get(pk=share.cells[0])])
    assert Comparison.objects.exists()
    assert_gone(client, share.token)


@pytest.mark.parametrize("kind", ["run", "comparison"])
def test_a_link_is_gone_with_a_deletion_and_back_when_that_is_taken_back(
    request: pytest.FixtureRequest, client: Client, link: Link, kind: str
) -> None:
    share = link(request.getfixturevalue(kind))
    moment = deletion.delete(list(Run.objects.all()))
    assert_gone(client, share.token)
    assert "No link opens" in client.get("/shares/").content.decode()
    assert deletion.take_back(Visitor(local=True), moment)
    assert 200 in statuses(walk(client, share.token))
    assert "Revoke" in client.get("/shares/").content.decode()


def test_a_link_that_was_revoked_while_its_run_was_deleted_stays_revoked(
    client: Client, run: Run, link: Link
) -> None:
    share = link(run)
    moment = deletion.delete([run])
    client.post(f"/shares/{share.pk}/revoke/")
    deletion.take_back(Visitor(local=True), moment)
    assert_gone(client, share.token)


def test_what_a_browser_kept_is_not_confirmed_after_the_end(
    client: Client, comparison: Comparison, link: Link
) -> None:
    share = link(comparison)
    answers = {one: read(client, one) for one in addresses(share.token)}
    kept = {one: answer.headers.get("ETag", "") for one, answer in answers.items()}
    revoke(share)
    again = [read(client, one, **{"If-None-Match": etag}) for one, etag in kept.items()]
    assert statuses(again) == {404}


def test_a_run_and_its_pictures_are_not_below_the_id_of_the_run(
    client: Client, run: Run, link: Link
) -> None:
    link(run)
    for token in (run.pk.hex, str(run.pk)):
        assert_gone(client, token)


def test_a_rotated_link_opens_under_its_new_address(
    client: Client, comparison: Comparison, link: Link
) -> None:
    share = link(comparison)
    rotate(share)
    share.refresh_from_db()
    assert statuses(walk(client, share.token)) == {200}


def test_an_ended_link_cannot_be_changed_or_updated(comparison: Comparison, link: Link) -> None:
    share = link(comparison)
    revoke(share)
    assert not links.change(share, links.Choice())
    assert not links.update(share)
    assert not links.rotate(share, share.token)


@pytest.mark.parametrize("behind", ["", ".", "/.", ")", "/),", "%E2%80%A6", "/%22%3E"])
def test_a_link_copied_with_what_stood_behind_it_leads_to_its_page(
    client: Client, behind: str
) -> None:
    answer = client.get(f"/s/{NEVER_WAS}{behind}")  # whether it opens is not said here
    assert (answer.status_code, answer["Location"]) == (302, f"/s/{NEVER_WAS}/")
    assert answer["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["abc", "abc.", f"{NEVER_WAS}x", f"{NEVER_WAS}/images/", "%00"])
def test_part_of_a_link_is_like_a_link_that_never_was(client: Client, path: str) -> None:
    assert read(client, f"/s/{path}") == read(client, f"/s/{NEVER_WAS}/")
