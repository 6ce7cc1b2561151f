"""Codes, recovery codes and passkeys: what they open, and what is refused without them."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client, RequestFactory

from playground.accounts import members, sessions, steps
from playground.accounts.models import Account
from playground.accounts.sign_in import note_asking
from tests.accounts.factors import CodeApp, Device, passkey, recovery_codes
from tests.conftest import PASSWORD, markup, member, signed_in

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("accounts")]
AT = {"HTTP_HOST": "localhost"}
PAGE = "/settings/signing-in/"


def begin(client: Client, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/sign-in/", {"username": "mira", "password": password, **more}, **AT)


def code(client: Client, typed: str) -> Any:
    return client.post("/sign-in/code/", {"code": typed}, **AT)


def is_in(client: Client) -> bool:
    return client.get("/runs/", **AT).status_code == 200


def sign_with(client: Client, device: Device, **changed: Any) -> Any:
    """Press "Sign in with a passkey"."""
    asked = client.get("/sign-in/", **AT).context
    options = json.loads(asked["request_options"])["publicKey"] | changed
    return signed_back(client, asked["question"], device.sign(options))


def signed_back(client: Client, question: str, credential: str) -> Any:
    fields = {"question": question, "credential": credential}
    return client.post("/sign-in/passkey/", fields, **AT)


@pytest.fixture
def mira(accounts: SettingsWrapper) -> Account:
    return member()


@pytest.fixture
def app(mira: Account) -> CodeApp:
    return CodeApp(mira)


def test_the_code_lets_in_after_the_password(client: Client, app: CodeApp) -> None:
    answer = begin(client, next="/models/")
    assert (answer.status_code, answer["Location"]) == (303, "/sign-in/code/")
    assert not is_in(client)
    answer = code(client, app.code())
    assert (answer.status_code, answer["Location"], is_in(client)) == (303, "/models/", True)


def test_spaces_in_a_code_are_taken(client: Client, app: CodeApp) -> None:
    begin(client)
    right = app.code()
    assert code(client, f" {right[:3]} {right[3:]}").status_code == 303


@pytest.mark.parametrize("typed", ["000000", "", "x" * 50, "١٢٣٤٥٦", "\x00", "12345"])
def test_a_wrong_code_lets_nobody_in(client: Client, app: CodeApp, typed: str) -> None:
    begin(client)
    assert code(client, typed if typed != app.code() else "000001").status_code == 422
    assert not is_in(client)


@pytest.mark.usefixtures("app")
def test_a_code_without_a_password_opens_nothing(client: Client) -> None:
    assert code(client, "123456")["Location"] == "/sign-in/"
    assert client.get("/sign-in/code/")["Location"] == "/sign-in/"


def test_a_code_works_once_in_every_process(client: Client, app: CodeApp) -> None:
    from django.core.cache import cache

    right = app.code()
    begin(client)
    assert code(client, right).status_code == 303
    cache.clear()  # what another process knows of it
    other = Client()
    begin(other)
    assert code(other, right).status_code == 422


def test_the_code_of_the_last_half_minute_is_over(client: Client, app: CodeApp) -> None:
    begin(client)
    assert code(client, app.code(-30)).status_code == 422


def test_after_five_wrong_codes_the_right_one_waits(client: Client, app: CodeApp) -> None:
    begin(client)
    for _ in range(5):
        code(client, "000000")
    answer = code(client, app.code())
    assert (answer.status_code, 840 < int(answer["Retry-After"]) <= 900) == (429, True)
    assert b"Wait 15 minutes." in answer.content


def test_codes_are_counted_wherever_they_are_tried(client: Client, app: CodeApp) -> None:
    for number in range(5):
        browser = Client(REMOTE_ADDR=f"203.0.113.{number}")
        begin(browser)
        code(browser, "000000")
    begin(client)
    assert code(client, app.code()).status_code == 429


def test_wrong_passwords_of_others_do_not_close_the_code(client: Client, app: CodeApp) -> None:
    for number in range(7):
        begin(Client(REMOTE_ADDR=f"203.0.113.{number}"), "wrong")
    begin(client)
    assert code(client, app.code()).status_code == 303


def test_a_recovery_code_lets_in_once(client: Client, app: CodeApp, mira: Account) -> None:
    first = recovery_codes(mira)[0]
    begin(client)
    assert code(client, f"{first[:4]}-{first[4:]}").status_code == 303
    other = Client()
    begin(other)
    assert code(other, first).status_code == 422


def test_keep_me_signed_in_is_remembered_through_the_code(client: Client, app: CodeApp) -> None:
    begin(client, remember="on")
    assert client.session.get_expiry_age() <= settings.ACCOUNT_LOGIN_TIMEOUT
    code(client, app.code())
    assert client.session.get_expiry_age() > 29 * 24 * 3600


def test_half_way_ends_after_a_quarter_of_an_hour(
    client: Client, app: CodeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(client)
    session = client.session
    session["account_login"]["initiated_at"] -= settings.ACCOUNT_LOGIN_TIMEOUT + 1
    session.save()
    assert code(client, app.code())["Location"] == "/sign-in/"


def test_whoever_is_shut_out_half_way_stays_out(client: Client, app: CodeApp) -> None:
    begin(client)
    Account.objects.update(is_active=False)
    assert code(client, app.code())["Location"] == "/sign-in/"
    assert not is_in(client)


def test_another_account_can_sign_in_instead(client: Client, app: CodeApp) -> None:
    begin(client)
    assert client.get("/sign-in/")["Location"] == "/sign-in/code/"
    client.post("/sign-out/")
    assert client.get("/sign-in/").status_code == 200


def test_an_app_is_set_up_by_its_first_code(mira: Account) -> None:
    browser = signed_in(mira)
    page = browser.get(f"{PAGE}app/")
    app = CodeApp(secret=page.context["key"].replace(" ", ""))
    assert page.context["qr"].startswith("M")
    assert browser.post(f"{PAGE}app/", {"code": "000000"}).status_code == 422
    answer = browser.post(f"{PAGE}app/", {"code": app.code()})
    assert (answer.status_code, answer["Location"]) == (303, f"{PAGE}codes/")
    assert b"10 left" in browser.get(f"{PAGE}codes/").content


def test_turning_codes_on_twice_is_turning_them_on_once(mira: Account) -> None:
    browser = signed_in(mira)
    app = CodeApp(secret=browser.get(f"{PAGE}app/").context["key"].replace(" ", ""))
    fields = {"code": app.code()}
    browser.post(f"{PAGE}app/", fields)
    again = [browser.post(f"{PAGE}app/", fields), browser.get(f"{PAGE}app/")]
    assert [(one.status_code, one["Location"]) for one in again] == [(303, PAGE)] * 2


def test_two_tabs_draw_the_same_key(mira: Account) -> None:
    browser = signed_in(mira)
    first, second = (browser.get(f"{PAGE}app/").context["key"] for _ in range(2))
    assert first == second


def test_no_secret_is_readable_in_the_database(app: CodeApp, mira: Account) -> None:
    codes = recovery_codes(mira)
    kept = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert not any(one in kept for one in (app.secret, *codes))
    assert not any(set(row) - {"secret", "seed", "used_mask"} for row in json.loads(kept))


def test_a_secret_in_the_row_of_another_account_opens_nothing(
    client: Client, app: CodeApp, mira: Account
) -> None:
    theirs = CodeApp(member("other"))
    data = Authenticator.objects.get(user__username="other").data
    Authenticator.objects.filter(user=mira).update(data=data)
    begin(client)
    answer = code(client, theirs.code())
    assert (answer.status_code, b"cannot be checked" in answer.content) == (422, True)


def test_rotating_keys_turns_the_secrets_of_second_factors(
    client: Client, mira: Account, app: CodeApp, settings: SettingsWrapper
) -> None:
    recovery_codes(mira)
    before = list(Authenticator.objects.values_list("data", flat=True))
    settings.KEY_ENCRYPTION_KEYS = ["k" * 40]
    call_command("rotatekeys", stdout=io.StringIO())
    assert not any(one in before for one in Authenticator.objects.values_list("data", flat=True))
    settings.SECRET_KEY = "another" * 10
    begin(client)
    assert code(client, app.code()).status_code == 303


@pytest.mark.parametrize("address", ["app/", "codes/", "codes/codes.txt", "passkeys/"])
def test_what_opens_the_account_asks_for_the_password_again(mira: Account, address: str) -> None:
    if "codes" in address:
        CodeApp(mira), recovery_codes(mira)
    browser = Client()
    browser.force_login(mira)  # nothing says when a password was typed
    answer = browser.get(PAGE + address)
    assert answer["Location"].startswith("/sign-in/password/?next=")
    assert browser.post("/sign-in/password/", {"password": "wrong"}).status_code == 422
    answer = browser.post(answer["Location"], {"password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (303, PAGE + address)


def test_the_password_is_asked_for_again_as_often_as_at_the_sign_in(mira: Account) -> None:
    browser = Client()
    browser.force_login(mira)
    for _ in range(5):
        browser.post("/sign-in/password/", {"password": "wrong"})
    assert browser.post("/sign-in/password/", {"password": PASSWORD}).status_code == 429


def test_turning_codes_off_ends_the_recovery_codes(mira: Account, app: CodeApp) -> None:
    recovery_codes(mira)
    assert signed_in(mira).post(f"{PAGE}app/remove/").status_code == 303
    assert not Authenticator.objects.exists()


def test_who_came_in_by_a_recovery_code_is_told_how_many_are_left(
    client: Client, mira: Account, app: CodeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(client)
    code(client, recovery_codes(mira)[0])
    page = markup(client.get("/runs/", **AT))
    assert "That code is used up. 9 are left" in page
    assert "make new ones" not in page
    monkeypatch.setattr(sessions, "SAID_FOR_SECONDS", 0)
    assert "used up" not in markup(client.get("/runs/", **AT))


def test_who_has_few_recovery_codes_left_is_led_to_new_ones(
    client: Client, mira: Account, app: CodeApp
) -> None:
    codes = recovery_codes(mira)
    Authenticator.objects.filter(data__has_key="used_mask").update(
        data=Authenticator.objects.get(data__has_key="used_mask").data | {"used_mask": 0b1111111110}
    )
    begin(client)
    code(client, codes[0])
    page = markup(client.get("/runs/", **AT))
    assert "That code is used up. None are left" in page
    assert f'<a href="{PAGE}#codes">make new ones</a>' in page


def test_nobody_is_told_of_recovery_codes_after_another_step(client: Client, app: CodeApp) -> None:
    begin(client)
    code(client, app.code())
    assert "used up" not in markup(client.get("/runs/", **AT))


def test_a_used_recovery_code_is_crossed_out_and_left_out_of_the_file(
    client: Client, mira: Account, app: CodeApp
) -> None:
    used, *others = (f"{one[:4]}-{one[4:]}" for one in recovery_codes(mira))
    begin(client)
    code(client, used)
    page = markup(client.get(f"{PAGE}codes/", **AT))
    assert f'<del><code>{used}</code></del> <span class="hint">used</span>' in page
    assert page.count("<del>") == 1
    assert "9 of 10 left" in page
    assert client.get(f"{PAGE}codes/codes.txt", **AT).content.decode().split() == others


def test_new_recovery_codes_end_the_old(mira: Account, app: CodeApp) -> None:
    old = recovery_codes(mira)
    browser = signed_in(mira)
    assert browser.post(f"{PAGE}codes/new/")["Location"] == f"{PAGE}codes/"
    assert not set(old) & set(browser.get(f"{PAGE}codes/").context["unused_codes"])


def test_a_file_of_recovery_codes_has_one_a_line(mira: Account, app: CodeApp) -> None:
    codes = recovery_codes(mira)
    answer = signed_in(mira).get(f"{PAGE}codes/codes.txt")
    assert answer.content.decode().split() == [f"{one[:4]}-{one[4:]}" for one in codes]


def test_a_passkey_lets_in_by_itself(client: Client, mira: Account) -> None:
    device = Device()
    passkey(signed_in(mira), device)
    assert sign_with(client, device).status_code == 303
    assert is_in(client)


def test_a_passkey_is_the_second_step_too(client: Client, mira: Account) -> None:
    device = Device()
    passkey(signed_in(mira), device)
    assert begin(client)["Location"] == "/sign-in/code/"
    assert not is_in(client)
    page = client.get("/sign-in/code/", **AT)
    options = json.loads(page.context["request_options"])["publicKey"]
    answer = client.post("/sign-in/code/", {"credential": device.sign(options)}, **AT)
    assert (answer.status_code, is_in(client)) == (303, True)


@pytest.mark.parametrize("changed", [{"challenge": "AAAA"}, {"challenge": ""}])
def test_what_was_signed_for_another_page_is_refused(
    client: Client, mira: Account, changed: dict[str, str]
) -> None:
    device = Device()
    passkey(signed_in(mira), device)
    assert sign_with(client, device, **changed).status_code == 422
    assert not is_in(client)


def test_a_passkey_of_another_site_is_refused(client: Client, mira: Account) -> None:
    device = Device()
    passkey(signed_in(mira), device)
    device.origin = "https://evil.example"
    assert sign_with(client, device).status_code == 422


def test_a_device_that_asked_nobody_does_not_let_in(client: Client, mira: Account) -> None:
    device = Device()
    passkey(signed_in(mira), device)
    device.flags = 1  # somebody touched it, whoever that was
    assert sign_with(client, device).status_code == 422


def test_a_passkey_is_used_for_its_own_account(client: Client, mira: Account) -> None:
    device, other = Device(), Device()
    passkey(signed_in(mira), device)
    passkey(signed_in(member("other")), other)
    device.user = other.user
    assert sign_with(client, device).status_code == 422


def test_a_removed_passkey_and_a_shut_out_account_open_nothing(
    client: Client, mira: Account
) -> None:
    device = Device()
    row = passkey(signed_in(mira), device)
    Account.objects.update(is_active=False)
    sign_with(client, device)
    assert not is_in(client)
    Account.objects.update(is_active=True)
    signed_in(mira).post(f"{PAGE}passkeys/{row.pk}/remove/")
    assert sign_with(Client(), device).status_code == 422


ODD = [
    "{}",
    "[]",
    "null",
    "1",
    '"a"',
    "{",
    '{"id": 1}',
    '{"response": []}',
    "[[[]]]",
    "[" * 9999,
    "1" * 70_000,
]


def test_odd_credentials_are_refused_and_no_fault(client: Client, mira: Account) -> None:
    question = client.get("/sign-in/", **AT).context["question"]
    browser, address = signed_in(mira), f"{PAGE}passkeys/"
    for credential in ODD:
        assert signed_back(client, question, credential).status_code == 422, credential[:20]
        browser.get(address, **AT)
        answer = browser.post(address, {"credential": credential}, **AT)
        assert answer.status_code == 422, credential[:20]


@pytest.mark.parametrize("change", ["attestationObject", "clientDataJSON"])
def test_a_broken_credential_is_refused(mira: Account, change: str) -> None:
    browser, address = signed_in(mira), f"{PAGE}passkeys/"
    options = json.loads(browser.get(address, **AT).context["creation"])["publicKey"]
    made = json.loads(Device().make(options))
    for broken in ("", "AAAA", "%%%", made["response"][change][:40]):
        made["response"][change] = broken
        answer = browser.post(address, {"credential": json.dumps(made)}, **AT)
        assert answer.status_code == 422


def test_passkeys_are_renamed_by_their_owner_alone(mira: Account) -> None:
    row = passkey(signed_in(mira), Device())
    address = f"{PAGE}passkeys/{row.pk}/rename/"
    assert signed_in(member("other")).post(address, {"name": "Mine"}).status_code == 404
    assert signed_in(mira).post(address, {"name": "x" * 61}).status_code == 422
    assert signed_in(mira).post(address, {"name": "Desk"}).status_code == 303
    assert b"Desk" in signed_in(mira).get(PAGE).content


def test_there_is_an_end_to_passkeys(mira: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.accounts.second_factor.MAX_PASSKEYS", 1)
    browser = signed_in(mira)
    passkey(browser, Device())
    answer = browser.post(f"{PAGE}passkeys/", {"credential": "{}"}, **AT)
    assert (answer.status_code, b"Remove one of them" in answer.content) == (422, True)


def test_asking_for_passkeys_fills_no_table_and_trying_them_has_an_end(
    client: Client, rf: RequestFactory
) -> None:
    asked = client.get("/sign-in/", **AT).context["question"]
    for _ in range(48):
        note_asking(rf.get("/sign-in/"))
    answers = [signed_back(client, asked, "{}").status_code for _ in range(4)]
    assert answers == [422] * 2 + [429] * 2
    assert not Session.objects.exists()


def test_a_question_is_answered_where_it_was_asked(client: Client, mira: Account) -> None:
    device, other = Device(), Client()
    passkey(signed_in(mira), device)
    asked, other_asked = (one.get("/sign-in/", **AT).context for one in (client, other))
    signed = device.sign(json.loads(asked["request_options"])["publicKey"])
    for browser, question in ((other, asked["question"]), (client, other_asked["question"])):
        assert signed_back(browser, question, signed).status_code == 422
    assert signed_back(client, asked["question"], signed).status_code == 303


def test_a_question_is_not_answered_twice_nor_a_day_later(
    client: Client, mira: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = Device()
    passkey(signed_in(mira), device)
    asked = client.get("/sign-in/", **AT).context
    signed = device.sign(json.loads(asked["request_options"])["publicKey"])
    monkeypatch.setattr(steps, "QUESTION_SECONDS", -1)
    assert signed_back(client, asked["question"], signed).status_code == 422
    monkeypatch.undo()
    assert signed_back(client, asked["question"], signed).status_code == 303
    client.post("/sign-out/", **AT)
    assert signed_back(client, asked["question"], signed).status_code == 422


def test_where_a_factor_is_asked_for_its_set_up_is_all_that_opens(mira: Account) -> None:
    members.ask_for_factor(asked=True)
    browser = signed_in(mira)
    page = browser.get("/runs/", headers={"Accept": "text/html"})
    assert (page.status_code, page["Location"]) == (302, PAGE)
    assert b"A second factor is required here" in browser.get(PAGE).content
    app = CodeApp(secret=browser.get(f"{PAGE}app/").context["key"].replace(" ", ""))
    assert browser.get("/runs/").status_code == 401
    browser.post(f"{PAGE}app/", {"code": app.code()})
    assert browser.get("/runs/").status_code == 200


def test_the_last_factor_stays_where_one_is_asked_for(mira: Account, app: CodeApp) -> None:
    members.ask_for_factor(asked=True)
    browser = signed_in(mira)
    answer = browser.post(f"{PAGE}app/remove/")
    assert (answer.status_code, b"Required here." in answer.content) == (422, True)
    row = passkey(browser, Device())
    assert browser.post(f"{PAGE}app/remove/").status_code == 303
    assert browser.post(f"{PAGE}passkeys/{row.pk}/remove/").status_code == 422
    members.ask_for_factor(asked=False)
    assert browser.post(f"{PAGE}passkeys/{row.pk}/remove/").status_code == 303


def test_an_administrator_asks_everybody_and_leaves_it_to_each(mira: Account) -> None:
    desk = signed_in(member("chief", is_staff=True))
    address = "/settings/people/second-factor/"
    assert signed_in(mira).post(address, {"asked": "1"}).status_code == 404
    desk.post(address, {"asked": "1"})
    assert desk.get("/settings/people/").status_code == 401  # its own turn comes first
    CodeApp(Account.objects.get(username="chief"))
    assert b"Leave it to each" in desk.get("/settings/people/").content
    desk.post(address, {"asked": "0"})
    assert signed_in(mira).get("/runs/").status_code == 200


def test_whoever_signs_in_elsewhere_alone_has_the_factor_there(mira: Account) -> None:
    members.ask_for_factor(asked=True)
    mira.set_unusable_password()
    mira.save()
    assert signed_in(mira).get("/runs/").status_code == 200


def test_a_poll_without_the_factor_ends(mira: Account) -> None:
    members.ask_for_factor(asked=True)
    answer = signed_in(mira).get("/runs/", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert b"hx-trigger" not in answer.content
