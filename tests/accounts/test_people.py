"""Invitations, people, passwords: what administrators and members do with accounts."""

from __future__ import annotations

import io
import logging
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from playground.accounts import members as services
from playground.accounts.models import Account, Invitation
from playground.config.logs import KeyFilter
from tests.accounts.factors import CodeApp
from tests.conftest import PASSWORD, member, signed_in

if TYPE_CHECKING:
    from django.http import HttpResponse
    from pytest_django.fixtures import SettingsWrapper

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("accounts")]
NEW = "other quiet words there"


@pytest.fixture
def chief() -> Account:
    return member("chief", is_staff=True)


@pytest.fixture
def desk(chief: Account) -> Client:
    """An administrator's browser."""
    return signed_in(chief)


def link_on(page: HttpResponse, start: str) -> str:
    found = re.search(rf'value="http://testserver(/{start}/[^"]+)"', page.content.decode())
    assert found
    return found[1]


def invited(desk: Client, **fields: str) -> str:
    """Make an invitation; returns its link."""
    assert desk.post("/settings/people/invite/", fields).status_code == 303
    return link_on(desk.get("/settings/people/"), "invitations")


def accept(link: str, name: str = "mira", **more: str) -> Any:
    fields = {"username": name, "new_password": NEW, "repeated_password": NEW, **more}
    return Client().post(link, fields)


def test_an_invitation_makes_a_member_who_is_signed_in(desk: Client) -> None:
    browser, link = Client(), invited(desk, note="Mira")
    assert b"Mira" not in browser.get(link).content
    fields = {"username": "mira", "new_password": NEW, "repeated_password": NEW}
    assert browser.post(link, fields)["Location"] == "/"
    assert browser.get("/runs/").status_code == 200
    assert not Account.objects.get(username="mira").is_administrator


def test_an_invitation_gives_its_role(desk: Client) -> None:
    accept(invited(desk, administrator="on"))
    assert Account.objects.get(username="mira").is_administrator


def test_a_role_is_not_chosen_by_the_invited(desk: Client) -> None:
    accept(invited(desk), is_staff="on", administrator="on", is_superuser="on")
    account = Account.objects.get(username="mira")
    assert (account.is_staff, account.is_superuser) == (False, False)


def test_an_invitation_works_once(desk: Client) -> None:
    link = invited(desk)
    assert accept(link).status_code == 303
    assert accept(link, "second").status_code == 404
    assert not Account.objects.filter(username="second").exists()


def test_of_two_who_accept_at_once_one_wins(desk: Client) -> None:
    invited(desk)
    invitation = Invitation.objects.get()
    services.accept(invitation, Account(username="first"), NEW)
    with pytest.raises(services.LinkGoneError):
        services.accept(invitation, Account(username="second"), NEW)
    assert not Account.objects.filter(username="second").exists()


def test_an_invitation_expires(desk: Client) -> None:
    link = invited(desk)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().get(link).status_code == accept(link).status_code == 404


def test_an_invitation_can_be_revoked(desk: Client) -> None:
    link = invited(desk)
    desk.post(f"/settings/invitations/{Invitation.objects.get().pk}/revoke/")
    assert accept(link).status_code == 404


def test_every_dead_link_reads_the_same(desk: Client) -> None:
    link = invited(desk)
    accept(link)
    pages = {Client().get(one).content for one in (link, f"{link[:-2]}x/", "/reset/1/abc-def/")}
    pages.add(Client().get("/invitations/nonsense/").content)
    assert len(pages) == 1


def test_a_refused_invitation_form_keeps_what_was_typed_but_no_password(desk: Client) -> None:
    link = invited(desk)
    answer = accept(link, repeated_password="different words here", email="m@example.org")
    assert answer.status_code == 422
    assert b"The two passwords differ." in answer.content
    assert b'value="m@example.org"' in answer.content
    assert NEW.encode() not in answer.content


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"username": "CHIEF"}, b"This name is taken."),
        ({"username": "a@b.example"}, b"letters, digits"),
        ({"username": "a\x00b"}, b"Null characters"),
        ({"email": "CHIEF@example.org"}, b"Another account has this email."),
        ({"email": "nonsense"}, b"valid email"),
        ({"new_password": "short", "repeated_password": "short"}, b"too short"),
        ({"username": ""}, b"Enter a username."),
    ],
)
def test_what_an_account_cannot_be_is_said(
    desk: Client, fields: dict[str, str], words: bytes
) -> None:
    Account.objects.update(email="chief@example.org")
    fields = {"username": "mira", "new_password": NEW, "repeated_password": NEW} | fields
    answer = Client().post(invited(desk), fields)
    assert answer.status_code == 422
    assert words in answer.content
    assert Invitation.objects.open().exists()


def test_somebody_signed_in_does_not_become_two(desk: Client) -> None:
    link = invited(desk)
    assert signed_in(member()).post(link).status_code == 409


def test_a_deactivated_account_is_out_at_once_and_everywhere(desk: Client) -> None:
    mira = member()
    browsers = [signed_in(mira), signed_in(mira)]
    desk.post(f"/settings/people/{mira.pk}/deactivate/")
    assert [one.get("/").status_code for one in browsers] == [401, 401]
    answer = Client().post("/sign-in/", {"username": "mira", "password": PASSWORD})
    assert answer.status_code == 422


def test_a_reactivated_account_signs_in_again(desk: Client) -> None:
    mira = member()
    browser = signed_in(mira)
    desk.post(f"/settings/people/{mira.pk}/deactivate/")
    desk.post(f"/settings/people/{mira.pk}/reactivate/")
    assert browser.get("/").status_code == 401
    answer = Client().post("/sign-in/", {"username": "mira", "password": PASSWORD})
    assert answer.status_code == 303


def test_nobody_shuts_themselves_out(desk: Client, chief: Account) -> None:
    assert desk.post(f"/settings/people/{chief.pk}/deactivate/").status_code == 404
    assert desk.get("/").status_code == 200


def test_two_administrators_cannot_shut_each_other_out(chief: Account) -> None:
    other = member("other", is_staff=True)
    services.set_active(other.pk, chief, active=False)
    with pytest.raises(services.NotAllowedError):
        services.set_active(chief.pk, other, active=False)


def test_who_is_shut_out_has_no_way_back_in(desk: Client, chief: Account) -> None:
    """An administrator may have made links before, for that very day."""
    other, mira = member("other", is_staff=True), member("mira")
    kept = invited(desk, administrator="on")
    page = desk.post(f"/settings/people/{mira.pk}/reset-link/")
    link = link_on(page, "reset")
    signed_in(other).post(f"/settings/people/{chief.pk}/deactivate/")
    assert accept(kept, "again").status_code == 404
    assert Client().get(link).status_code == 404
    assert not Account.objects.filter(username="again").exists()


def test_a_member_who_is_shut_out_ends_no_link_of_others(desk: Client) -> None:
    kept, mira = invited(desk), member("mira")
    link = link_on(desk.post(f"/settings/people/{member('noa').pk}/reset-link/"), "reset")
    desk.post(f"/settings/people/{mira.pk}/deactivate/")
    assert (Client().get(kept).status_code, Client().get(link).status_code) == (200, 200)


def test_a_password_is_reset_by_a_link_once(desk: Client) -> None:
    mira = member()
    browser = signed_in(mira)
    link = link_on(desk.post(f"/settings/people/{mira.pk}/reset-link/"), "reset")
    fields = {"new_password": NEW, "repeated_password": NEW}
    assert Client().post(link, fields)["Location"] == "/sign-in/"
    assert Client().post(link, fields).status_code == 404
    assert browser.get("/").status_code == 401
    answer = Client().post("/sign-in/", {"username": "mira", "password": NEW})
    assert answer.status_code == 303


def test_a_reset_link_ends_after_a_day(desk: Client, settings: Any) -> None:
    mira = member()
    link = link_on(desk.post(f"/settings/people/{mira.pk}/reset-link/"), "reset")
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert Client().get(link).status_code == 404


def test_a_reset_link_is_for_one_account(desk: Client) -> None:
    mira, other = member(), member("other")
    link = link_on(desk.post(f"/settings/people/{mira.pk}/reset-link/"), "reset")
    assert Client().get(link.replace(f"/{mira.pk}/", f"/{other.pk}/")).status_code == 404


def test_a_new_password_lets_somebody_locked_out_in(desk: Client) -> None:
    mira = member()
    for _ in range(6):
        Client().post("/sign-in/", {"username": "mira", "password": "wrong"})
    link = link_on(desk.post(f"/settings/people/{mira.pk}/reset-link/"), "reset")
    Client().post(link, {"new_password": NEW, "repeated_password": NEW})
    answer = Client().post("/sign-in/", {"username": "mira", "password": NEW})
    assert answer.status_code == 303


def change(browser: Client, now: str = PASSWORD, new: str = NEW) -> Any:
    fields = {"current_password": now, "new_password": new, "repeated_password": new}
    return browser.post("/settings/password/", fields)


def test_a_changed_password_ends_every_other_session() -> None:
    mira = member()
    here, there = signed_in(mira), signed_in(mira)
    answer = change(here)
    assert b"Changed" in here.get(answer["Location"]).content
    assert (here.get("/").status_code, there.get("/").status_code) == (200, 401)


def test_the_password_is_not_changed_without_the_old_one() -> None:
    browser = signed_in(member())
    answer = change(browser, now="wrong")
    assert answer.status_code == 422
    assert b"The password is not right." in answer.content
    assert Account.objects.get().check_password(PASSWORD)


def test_the_old_password_is_not_guessed_at_an_open_session() -> None:
    browser = signed_in(member())
    for _ in range(5):
        change(browser, now="wrong")
    answer = change(browser)
    assert answer.status_code == 429
    assert Account.objects.get().check_password(PASSWORD)


def test_signing_out_everywhere_ends_every_session() -> None:
    mira = member()
    here, there = signed_in(mira), signed_in(mira)
    here.post("/settings/sessions/end/")
    assert (here.get("/").status_code, there.get("/").status_code) == (401, 401)


def test_members_are_not_shown_the_way_to_people() -> None:
    assert b"People" not in signed_in(member()).get("/settings/").content


def test_no_page_shows_a_password_hash(desk: Client) -> None:
    member()
    for address in ("/settings/", "/settings/people/"):
        assert b"md5$" not in desk.get(address).content


def test_links_are_not_logged(desk: Client, chief: Account) -> None:
    record = logging.LogRecord("django.request", 30, "f", 1, "Conflict: %s", (invited(desk),), None)
    KeyFilter().filter(record)
    assert record.getMessage() == "Conflict: /invitations/[link]/"


@pytest.mark.parametrize("password", ["VisionPlayground1", "admin-testserver!", "passwordpassword"])
def test_a_password_made_of_names_of_this_place_is_refused(
    desk: Client, settings: SettingsWrapper, password: str
) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    twice = {"new_password": password, "repeated_password": password}
    answer = accept(invited(desk), **twice)
    assert answer.status_code == 422
    assert b"names of this place and of yourself do not count" in answer.content


LONG = " only small letters and spaces, twice as long as most would think of \u00fc "


def test_a_long_password_of_any_characters_is_taken_exactly(desk: Client) -> None:
    assert accept(invited(desk), new_password=LONG, repeated_password=LONG).status_code == 303
    enter = {"username": "mira", "password": LONG.strip()}
    assert Client().post("/sign-in/", enter).status_code == 422
    assert Client().post("/sign-in/", enter | {"password": LONG}).status_code == 303


def test_an_administrator_removes_the_second_factor_of_who_lost_it(desk: Client) -> None:
    mira = member()
    CodeApp(mira)
    browser = signed_in(mira)
    assert b"With a second factor." in desk.get("/settings/people/").content
    desk.post(f"/settings/people/{mira.pk}/forget-factors/")
    assert browser.get("/").status_code == 401
    answer = Client().post("/sign-in/", {"username": "mira", "password": PASSWORD})
    assert answer["Location"] == "/"


def test_a_command_removes_the_second_factor_of_the_only_administrator(chief: Account) -> None:
    CodeApp(chief)
    call_command("forgetfactors", "chief", stdout=io.StringIO())
    answer = Client().post("/sign-in/", {"username": "chief", "password": PASSWORD})
    assert answer["Location"] == "/"
