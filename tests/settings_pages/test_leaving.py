"""The pages that erase an account: one's own by the password, another's by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from playground.accounts.audit.models import AuditEntry
from playground.accounts.models import Account
from playground.accounts.projects import members as projects
from playground.accounts.projects.models import Role
from tests.conftest import PASSWORD, form, markup, member, signed_in

if TYPE_CHECKING:
    from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("accounts")]
OWN = "/settings/erase/"


@pytest.fixture
def mira() -> Account:
    return member()


@pytest.fixture
def desk() -> Client:
    return signed_in(member("chief", is_staff=True, is_superuser=True))


def erased(account: Account) -> bool:
    account.refresh_from_db()
    return account.erased_at is not None


def test_the_page_counts_what_goes(mira: Account) -> None:
    browser = signed_in(mira)
    browser.post("/runs/", form())
    page = markup(browser.get(OWN))
    assert "Deleted with it: 1 run," in page
    assert "Erase the account mira" in page


def test_looking_erases_nothing(mira: Account) -> None:
    signed_in(mira).get(OWN)
    assert not erased(mira)


def test_the_password_erases_and_signs_out(mira: Account) -> None:
    browser = signed_in(mira)
    answer = browser.post(OWN, {"password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (303, "/sign-in/")
    assert erased(mira)
    assert browser.get("/").status_code == 401
    entry = AuditEntry.objects.get(kind="person.erased")
    assert (entry.actor, entry.subject) == (mira.pk, mira.pk)


@pytest.mark.parametrize("password", ["", "not this one at all"])
def test_without_the_password_nothing_happens(mira: Account, password: str) -> None:
    answer = signed_in(mira).post(OWN, {"password": password})
    assert answer.status_code == 422
    assert not erased(mira)


def test_guessing_the_password_is_limited_here_too(mira: Account) -> None:
    browser = signed_in(mira)
    answers = [browser.post(OWN, {"password": "not this one"}) for _ in range(6)]
    assert answers[-1].status_code == 429
    assert browser.post(OWN, {"password": PASSWORD}).status_code == 429
    assert not erased(mira)


def test_a_second_press_finds_nobody_signed_in(mira: Account) -> None:
    first, second = signed_in(mira), signed_in(mira)
    first.post(OWN, {"password": PASSWORD})
    assert second.post(OWN, {"password": PASSWORD}).status_code in {302, 401}
    assert AuditEntry.objects.filter(kind="person.erased").count() == 1


def test_the_last_administrator_is_told_what_to_do_first(desk: Client) -> None:
    answer = desk.post(OWN, {"password": PASSWORD})
    assert answer.status_code == 409
    assert "Invite another one in People" in markup(answer)
    assert not erased(Account.objects.get(username="chief"))


def test_the_only_keeper_of_a_project_is_told_what_to_do_first(mira: Account) -> None:
    project = projects.create("Lab", mira)
    member("ada")
    projects.add(project.pk, mira, "ada", Role.WORK)
    answer = signed_in(mira).post(OWN, {"password": PASSWORD})
    assert answer.status_code == 409
    assert "You are the only keeper of Lab." in markup(answer)
    assert not erased(mira)


def test_whoever_has_no_password_is_asked_elsewhere_first(mira: Account) -> None:
    mira.set_unusable_password()
    mira.save()
    browser = signed_in(mira)
    assert "Ask an administrator" in markup(browser.get(OWN))
    assert browser.post(OWN, {"name": "mira"}).status_code == 409
    assert not erased(mira)


def test_an_administrator_beside_another_may_go(desk: Client) -> None:
    member("ada", is_staff=True)
    assert desk.post(OWN, {"password": PASSWORD}).status_code == 303


class TestSomebodyElse:
    def test_who_was_deactivated_is_erased_by_name(self, desk: Client, mira: Account) -> None:
        Account.objects.filter(pk=mira.pk).update(is_active=False)
        assert f"/settings/people/{mira.pk}/erase/" in markup(desk.get("/settings/people/"))
        answer = desk.post(f"/settings/people/{mira.pk}/erase/", {"name": "mira"})
        assert answer.status_code == 303
        assert erased(mira)
        assert "mira" not in markup(desk.get("/settings/people/"))

    @pytest.mark.parametrize("name", ["", "Mira", "ada", "\x00"])
    def test_another_name_erases_nobody(self, desk: Client, mira: Account, name: str) -> None:
        Account.objects.filter(pk=mira.pk).update(is_active=False)
        answer = desk.post(f"/settings/people/{mira.pk}/erase/", {"name": name})
        assert answer.status_code == 422
        assert not erased(mira)

    def test_who_may_sign_in_is_deactivated_first(self, desk: Client, mira: Account) -> None:
        answer = desk.post(f"/settings/people/{mira.pk}/erase/", {"name": "mira"})
        assert answer.status_code == 404
        assert not erased(mira)

    def test_who_is_erased_is_on_no_page_of_people(self, desk: Client, mira: Account) -> None:
        signed_in(mira).post(OWN, {"password": PASSWORD})
        assert "erased-" not in markup(desk.get("/settings/people/"))
        address = f"/settings/people/{mira.pk}"
        assert desk.post(f"{address}/reactivate/").status_code == 404
        assert desk.post(f"{address}/reset-link/").status_code == 404
        assert desk.get(f"{address}/erase/").status_code == 404

    def test_a_member_erases_nobody_else(self, mira: Account) -> None:
        other = member("other", is_active=False)
        answer = signed_in(mira).post(f"/settings/people/{other.pk}/erase/", {"name": "other"})
        assert answer.status_code == 404
