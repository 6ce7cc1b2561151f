"""Sharing in a real browser: the sheet by keyboard, and the page that a stranger gets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.conftest import FLASH

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.fakes.wavespeed import FakeWaveSpeed
    from tests.product import Server


def run_of(page: Page, prompt: str) -> None:
    """Press Run and wait on the run's own page until it has ended."""
    page.goto(f"/?prompt={prompt}&model={FLASH}&example=receipt")
    page.fill("#prompt", prompt)
    page.click(".run-bar [type=submit]")
    page.wait_for_selector(".result .status-completed")
    page.click(".result-footer a:has-text('Open')")
    page.wait_for_selector("#run-page .status-completed")


def link_made_by_keyboard(page: Page) -> str:
    page.focus("[data-open=share]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#share .share-form")
    page.focus("#share .share-form .button-primary")
    page.keyboard.press("Enter")
    page.wait_for_selector("#share .share-link")
    return page.input_value("#share .share-address input")


def test_a_link_is_made_copied_and_revoked_without_leaving_the_page(
    page: Page, upstream: FakeWaveSpeed
) -> None:
    run_of(page, "Share me")
    here, address = page.url, link_made_by_keyboard(page)
    page.wait_for_selector(".share-said:focus")  # from here the next key goes to the new link
    page.click("#share [data-copy]")
    expect(page.locator("#toast")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == address
    page.click("#share button:has-text('Revoke')")
    page.wait_for_selector("#share .share-link", state="detached")
    page.wait_for_selector(".share-said:focus")
    assert "The link is revoked" in page.inner_text("#share [role=status]")
    assert page.url == here
    assert page.request.get(address).status == 404


def test_a_stranger_without_script_reads_everything_and_gets_no_cookie(
    page: Page, chrome: Browser, server: Server, upstream: FakeWaveSpeed
) -> None:
    run_of(page, "Read me")
    address = link_made_by_keyboard(page)
    stranger = chrome.new_context(java_script_enabled=False)
    view, asked = stranger.new_page(), list[str]()
    view.on("request", lambda request: asked.append(request.url))
    view.goto(address)
    assert "Read me" in view.inner_text("main")
    expect(view.locator("img").first).not_to_have_js_property("naturalWidth", 0)
    assert stranger.cookies() == []
    assert not [one for one in asked if not re.match(rf"{server.url}/(s|static)/", one)]
    stranger.close()


def test_open_in_playground_fills_the_composer(page: Page, upstream: FakeWaveSpeed) -> None:
    run_of(page, "Copy me")
    page.goto(link_made_by_keyboard(page))
    page.click("text=Open in playground")
    assert page.input_value("#prompt") == "Copy me"
    expect(page.locator(".tray-image img")).not_to_have_js_property("naturalWidth", 0)
    page.click(".run-bar [type=submit]")
    page.wait_for_selector(".result .status-completed")
