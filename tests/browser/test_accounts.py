"""Signing in and out in a real browser: what is kept of a form, and what Back shows."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.axe import looks, violations
from tests.conftest import PASSWORD
from tests.product import ROOT, Server, serve, stop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page


CUT = "(nav => nav.scrollWidth - nav.clientWidth)(document.querySelector('.main-nav'))"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A playground with accounts and one administrator."""
    server = serve(tmp_path_factory.mktemp("accounts"), ACCESS="accounts")
    given = {"DATA_DIR": str(server.folder), "ACCESS": "accounts"}
    given["DJANGO_SETTINGS_MODULE"] = "playground.settings"
    command = [sys.executable, "manage.py", "createadmin", "mira", "--password-stdin"]
    subprocess.run(command, input=PASSWORD, text=True, check=True, cwd=ROOT, env=os.environ | given)
    yield server
    stop(server)


def sign_in(page: Page) -> None:
    page.goto("/sign-in/")
    page.get_by_label("Username or email").fill("mira")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#prompt")).to_be_visible()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Account menu").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_form_survives_signing_out_and_in_on_another_page(context: BrowserContext) -> None:
    page, other = context.new_page(), context.new_page()  # the console names the refusals
    sign_in(page)
    page.fill("#prompt", "Kept?")
    other.goto("/")
    sign_out(other)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".problem")).to_contain_text("You are signed out.")
    sign_in(other)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".problem")).to_contain_text("You signed in or out")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".prose")).to_contain_text("The prompt has 5 characters")


def test_back_after_signing_out_shows_nothing_private(page: Page) -> None:
    sign_in(page)
    page.fill("#prompt", "A secret question")
    page.click(".run-bar [type=submit]")
    expect(page.locator(".prose")).to_be_visible()
    page.goto("/runs/")
    expect(page.get_by_text("A secret question")).to_be_visible()
    sign_out(page)
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_who_signs_out_leaves_no_draft(page: Page) -> None:
    sign_in(page)
    page.wait_for_load_state()  # the script that keeps drafts is there
    page.fill("#prompt", "Left behind?")
    page.goto("/runs/")
    assert "Left behind?" in page.evaluate("sessionStorage.getItem('draft')")
    sign_out(page)
    assert page.evaluate("sessionStorage.length") == 0
    sign_in(page)
    expect(page.locator("#prompt")).to_have_value("")


def test_signing_out_leaves_no_draft_in_any_tab(context: BrowserContext) -> None:
    page, other = context.new_page(), context.new_page()
    sign_in(page)
    other.goto("/")
    other.wait_for_load_state()
    other.fill("#prompt", "Left behind?")
    other.goto("/models/")
    assert "Left behind?" in other.evaluate("sessionStorage.getItem('draft')")
    page.goto("/admin/")  # Django's own page, without a script of ours
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    sign_in(page)
    other.goto("/")
    expect(other.locator("#prompt")).to_have_value("")


def test_the_admin_keeps_the_policy(page: Page) -> None:
    sign_in(page)
    for path in ("/admin/", "/admin/playground/run/", "/admin/playground/account/1/change/"):
        page.goto(path)
        expect(page.get_by_text("Vision Playground").first).to_be_visible()
    assert page.locator("input:not([type=hidden]):not([type=search])").count() == 0


def test_axe_finds_nothing_around_accounts(chrome: Browser, server: Server) -> None:
    # axe writes its script into the page, which the policy forbids
    page = chrome.new_page(base_url=server.url, bypass_csp=True)
    page.goto("/sign-in/")
    look_at(page)
    sign_in(page)
    for _look in looks(page):
        assert page.evaluate(CUT) <= 0  # without a key the bar has a badge more
    page.goto("/settings/people/")
    page.get_by_role("button", name="Make an invitation").click()
    link = page.get_by_label("Link for Somebody").first.input_value()
    look_at(page)
    page.goto("/settings/")
    look_at(page)
    page.context.clear_cookies()
    page.goto(link)
    page.get_by_role("button", name="Make the account").click()
    look_at(page)
    page.close()


def look_at(page: Page) -> None:
    for look in looks(page):
        assert violations(page) == "", look
        assert page.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0


def test_the_long_name_of_a_project_makes_no_page_wider(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 800})
    sign_in(page)
    page.goto("/projects/")
    page.get_by_label("Name of a new project").fill("x" * 80)
    page.keyboard.press("Enter")
    page.wait_for_url("**/projects/*/")
    page.goto(f"/?project={page.url.rstrip('/').rpartition('/')[2]}&prompt=Which%3F")
    page.click(".run-bar [type=submit]")
    page.wait_for_url("**/runs/*/")
    for path in (page.url, "/projects/"):
        page.goto(path)
        assert page.evaluate("document.scrollingElement.scrollWidth") == 320


@pytest.mark.parametrize("width", [320, 520])
def test_moving_into_a_project_of_a_long_name_stays_in_sight(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page)
    page.goto("/projects/")
    page.get_by_label("Name of a new project").fill(f"y{'x' * 79}")
    page.keyboard.press("Enter")
    page.wait_for_url("**/projects/*/")
    page.goto("/?prompt=Which%3F")
    page.click(".run-bar [type=submit]")
    page.wait_for_url("**/runs/*/")
    page.reload()
    page.click(".project-move summary")
    own = page.locator(".project-move select").bounding_box()
    page.goto("/runs/")
    page.check(".row-check >> nth=0")
    page.click("#ticked summary:has-text('Move')")
    of_rows = page.locator("#ticked .bulk-panel select").bounding_box()
    for box in (own, of_rows):
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
