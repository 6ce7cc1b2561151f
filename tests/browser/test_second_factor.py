"""Signing in with codes, recovery codes and passkeys, in a real browser with a virtual device."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.accounts.factors import CodeApp
from tests.browser.axe import looks, violations
from tests.conftest import PASSWORD
from tests.oidc.provider import CLIENT, SECRET
from tests.oidc.provider import PASSWORD as ELSEWHERE
from tests.oidc.running import provider
from tests.product import ROOT, Server, collected, free_port, rows_of, serve, stop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

PAGE = "/settings/signing-in/"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
NOTHING_OFFERED = "PublicKeyCredential.isConditionalMediationAvailable = async () => false"


@pytest.fixture(scope="module")
def playground(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Server, sqlite3.Connection]]:
    """A playground with accounts, and its rows as they are before the tests."""
    folder = tmp_path_factory.mktemp("factors")
    server = serve(folder, ACCESS="accounts", **collected(folder))
    given = {"DATA_DIR": str(folder), "ACCESS": "accounts"}
    given["DJANGO_SETTINGS_MODULE"] = "playground.settings"
    command = [sys.executable, "manage.py", "createadmin", "mira", "--password-stdin"]
    subprocess.run(command, input=PASSWORD, text=True, check=True, cwd=ROOT, env=os.environ | given)
    with rows_of(server.folder) as rows, closing(sqlite3.connect(":memory:")) as before:
        rows.backup(before)
        yield server, before
    stop(server)


@pytest.fixture
def server(playground: tuple[Server, sqlite3.Connection]) -> Server:
    """The playground with no factor and no session."""
    server, before = playground
    with rows_of(server.folder) as rows:
        before.backup(rows)
    return server


@pytest.fixture
def page(chrome: Browser, server: Server) -> Iterator[Page]:
    page = chrome.new_page(base_url=server.url.replace("127.0.0.1", "localhost"))
    yield page
    page.context.close()


def type_password(page: Page) -> None:
    page.goto("/sign-in/")
    page.get_by_label("Username or email").fill("mira")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")


def press_sign_out(page: Page) -> None:
    page.get_by_role("button", name="Account menu").click()
    page.get_by_role("button", name="Sign out").click()


def sign_out(page: Page) -> None:
    press_sign_out(page)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def is_in(page: Page) -> None:
    expect(page.locator("#prompt")).to_be_visible()


def add_device(page: Page) -> None:
    """Give the browser a device that has a lock, and opens it when asked."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable", {"enableUI": False})
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def set_up_codes(page: Page) -> CodeApp:
    page.goto(PAGE)
    page.get_by_role("link", name="Set up codes from an app").click()
    app = CodeApp(secret=page.locator("#totp-key").inner_text().replace(" ", ""))
    page.get_by_label("Type the 6 digits it shows").fill(app.code())
    page.get_by_role("button", name="Turn on").click()
    expect(page.locator(".codes li")).to_have_count(10)
    return app


def make_passkey(page: Page) -> None:
    add_device(page)
    page.goto(PAGE)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name").first.fill("Laptop, fingerprint")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_text("Laptop, fingerprint").first).to_be_visible()


def test_a_password_and_a_code_let_in(page: Page) -> None:
    type_password(page)
    is_in(page)
    app = set_up_codes(page)
    spare = page.locator(".codes code").first.inner_text()
    sign_out(page)
    type_password(page)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    assert page.request.get("/runs/", headers={"Accept": "*/*"}).status == 401
    page.get_by_label("Code, 6 digits").fill("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("This code is not right.")
    page.get_by_label("Code, 6 digits").fill(app.code())
    page.keyboard.press("Enter")
    is_in(page)
    sign_out(page)
    type_password(page)
    page.get_by_text("Use a recovery code").click()
    page.get_by_label("Recovery code").fill(spare)
    page.get_by_role("button", name="Use it").click()
    is_in(page)
    expect(page.get_by_text("That code is used up. 9 are left")).to_be_visible()
    page.goto(PAGE)
    expect(page.get_by_text("9 of 10 left")).to_be_visible()


def test_a_passkey_is_offered_where_the_name_is_typed(page: Page) -> None:
    type_password(page)
    is_in(page)
    make_passkey(page)
    with page.expect_request("**/sign-in/passkey/"):  # the device says yes to what is offered
        press_sign_out(page)
    is_in(page)


def test_a_passkey_lets_in_alone_and_after_the_password(page: Page) -> None:
    page.add_init_script(NOTHING_OFFERED)
    type_password(page)
    is_in(page)
    make_passkey(page)
    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    is_in(page)
    sign_out(page)
    type_password(page)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    assert page.request.get("/runs/", headers={"Accept": "*/*"}).status == 401
    page.get_by_role("button", name="Use a passkey").click()
    is_in(page)


def test_without_a_device_the_page_says_what_to_do(page: Page) -> None:
    page.goto("/sign-in/")
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable", {"enableUI": False})
    options = DEVICE | {"isUserVerified": False}
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("The passkey was not used.")


def test_one_session_is_ended_from_another(page: Page, chrome: Browser, server: Server) -> None:
    other = chrome.new_page(base_url=server.url.replace("127.0.0.1", "localhost"))
    type_password(other)
    is_in(other)
    type_password(page)
    is_in(page)
    page.goto(PAGE)
    expect(page.locator("#sessions .setting")).to_have_count(2)
    page.get_by_role("button", name="End the session of").click()
    expect(page.locator("#sessions .setting")).to_have_count(1)
    other.goto("/runs/")
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()
    other.context.close()


def test_axe_finds_nothing_about_signing_in(chrome: Browser, server: Server) -> None:
    # axe writes its script into the page, which the policy forbids
    url = server.url.replace("127.0.0.1", "localhost")
    page = chrome.new_page(base_url=url, bypass_csp=True)
    page.add_init_script(NOTHING_OFFERED)
    type_password(page)
    is_in(page)
    set_up_codes(page)
    pages = [page.url, PAGE, f"{PAGE}passkeys/"]
    make_passkey(page)
    for address in pages:
        page.goto(address)
        for look in looks(page):
            assert violations(page) == "", look
            assert page.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0
    page.goto("/")
    sign_out(page)
    type_password(page)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    for look in looks(page):
        assert violations(page) == "", look
    page.context.close()


def test_another_provider_lets_in(chrome: Browser, tmp_path: Path) -> None:
    port = free_port()
    host = f"http://localhost:{port}"
    (tmp_path / "elsewhere").mkdir()
    with provider(tmp_path / "elsewhere", f"{host}/sign-in/oidc/done/") as issuer:
        given = {"OIDC_NAME": "Example Institute", "OIDC_ISSUER": issuer, "OIDC_CLIENT_ID": CLIENT}
        given |= {"OIDC_CLIENT_SECRET": SECRET, "OIDC_EMAIL_DOMAINS": "example.org"}
        settings = {"ACCESS": "accounts", "PORT": str(port), **collected(tmp_path), **given}
        server = serve(tmp_path, **settings)
        page = chrome.new_page(base_url=host)
        page.goto("/runs/")
        page.get_by_role("button", name="Continue with Example Institute").click()
        page.get_by_label("Username").fill("ada")
        page.get_by_label("Password").fill(ELSEWHERE)
        assert page.request.get(f"{host}/runs/", headers={"Accept": "*/*"}).status == 401
        page.get_by_role("button", name="Enter").click()
        expect(page.get_by_role("heading", name="History")).to_be_visible()
        page.goto(PAGE)
        expect(page.get_by_text("Example Institute asks for your second factor.")).to_be_visible()
        expect(page.get_by_text("Example Institute.")).to_be_visible()
        page.context.close()
        stop(server)
