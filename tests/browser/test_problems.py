"""What a person reads where something was pressed in vain: deleted elsewhere, or no answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import FilePayload, expect

from tests.conftest import png

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Route

    from tests.fakes.wavespeed import FakeWaveSpeed
    from tests.product import Server

GONE = "This is no longer there: it was deleted, here or in another tab. Nothing was changed."
NOT_SENT = "There is no connection. Nothing was sent."
PICTURE: FilePayload = {"name": "a.png", "mimeType": "image/png", "buffer": png()}
CLOCK = "[data-elapsed] span"
SINCE = re.compile(r"not answered since \d?\d:\d\d:\d\d")


@pytest.fixture
def tab(context: BrowserContext) -> Page:
    """A page whose console names what was refused, as it should."""
    return context.new_page()


def run_of(tab: Page, prompt: str) -> str:
    """Run the prompt to its end; returns the address of the run."""
    tab.goto("/")
    tab.fill("#prompt", prompt)
    tab.click(".run-bar [type=submit]")
    expect(tab.locator(".prose")).to_be_visible()
    return tab.url


def delete_in_another_tab(context: BrowserContext, address: str) -> None:
    other = context.new_page()
    other.goto(address)
    other.get_by_role("button", name="Delete").click()
    other.wait_for_url("**/runs/?deleted=*")
    other.close()


def test_a_row_that_another_tab_deleted_says_so_in_its_place(
    context: BrowserContext, tab: Page, upstream: FakeWaveSpeed
) -> None:
    address = run_of(tab, "Soon deleted?")
    tab.goto("/runs/")
    row = tab.locator(".row").first
    row.locator(".row-check").check()
    delete_in_another_tab(context, address)
    row.locator(".star").click()
    expect(row).to_have_text(GONE)
    expect(tab.locator("h1")).to_have_count(1)
    expect(tab.locator(".bulk-bar")).to_be_hidden()


def test_the_header_of_a_deleted_run_says_so_beside_the_star(
    context: BrowserContext, tab: Page, upstream: FakeWaveSpeed
) -> None:
    address = run_of(tab, "Soon gone?")
    tab.goto(address)
    delete_in_another_tab(context, address)
    tab.locator(".page-header .star").click()
    expect(tab.locator(".page-header .problem")).to_have_text(GONE)
    tab.locator(".page-header .star").click()
    expect(tab.locator(".problem")).to_have_count(1)
    tab.locator("[data-open=share]").click()
    expect(tab.locator("#share .problem")).to_have_text(GONE)
    expect(tab.locator("h1")).to_have_count(1)


def test_without_a_connection_run_says_that_nothing_was_sent(
    context: BrowserContext, tab: Page, upstream: FakeWaveSpeed
) -> None:
    tab.goto("/")
    tab.fill("#prompt", "Offline?")
    context.set_offline(True)
    tab.click(".run-bar [type=submit]")
    again = "Press Run again: it cannot run twice."
    expect(tab.locator(".problem")).to_have_text(f"{NOT_SENT} {again}")
    context.set_offline(False)
    tab.click(".run-bar [type=submit]")
    expect(tab.locator(".prose")).to_contain_text("Offline?")
    expect(tab.locator(".problem")).to_have_count(0)
    assert len(upstream.submissions) == 1


def test_a_search_and_a_star_without_an_answer_can_be_tried_again(
    context: BrowserContext, tab: Page, upstream: FakeWaveSpeed
) -> None:
    run_of(tab, "Findable?")
    tab.goto("/runs/")
    context.set_offline(True)
    tab.fill("#q", "Findable")
    expect(tab.locator(".filters + .problem")).to_contain_text(NOT_SENT)
    assert "q=" not in tab.url
    star = tab.locator(".row").first
    star.locator(".star").click()
    expect(star.locator(".problem")).to_contain_text(NOT_SENT)
    context.set_offline(False)
    star.get_by_role("button", name="Try again").click()
    expect(star.locator(".star")).to_have_attribute("aria-pressed", "true")
    tab.get_by_role("button", name="Try again").click()
    expect(tab.locator("mark").first).to_be_visible()
    expect(tab.locator(".problem")).to_have_count(0)


def test_a_wait_says_since_when_nobody_answers_and_goes_on_by_itself(
    tab: Page, upstream: FakeWaveSpeed
) -> None:
    upstream.configure(delay=3600)
    tab.goto("/")
    tab.fill("#prompt", "Still running?")
    tab.click(".run-bar [type=submit]")
    expect(tab.locator(CLOCK).first).to_have_text(re.compile("[1-9]"))
    tab.route("**/status/**", lambda route: route.abort("connectionrefused"))
    expect(tab.locator("#no-answer")).to_contain_text(
        re.compile(r"not answered since \d?\d:\d\d:\d\d")
    )
    stopped = tab.locator(CLOCK).first.text_content()
    tab.wait_for_event("request")
    assert tab.locator(CLOCK).first.text_content() == stopped
    tab.unroute("**/status/**")
    expect(tab.locator("#no-answer")).to_be_hidden()
    expect(tab.locator(CLOCK).first).not_to_have_text(str(stopped))


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_wait_outlives_a_server_that_answers_with_a_fault(
    tab: Page, upstream: FakeWaveSpeed, status: int
) -> None:
    def fault(route: Route) -> None:
        route.fulfill(status=status, content_type="text/html", body="<!doctype html><h1>No</h1>")

    upstream.configure(delay=3600)
    tab.route("**/status/**", fault)
    tab.goto("/")
    tab.fill("#prompt", f"Through {status}?")
    tab.click(".run-bar [type=submit]")
    expect(tab.locator("#no-answer")).to_be_visible()
    upstream.configure(delay=0.0)
    tab.unroute("**/status/**")
    expect(tab.locator(".prose")).to_contain_text(f"Through {status}?")
    expect(tab.locator("#no-answer")).to_be_hidden()


def test_cookies_that_are_not_kept_are_named_with_what_to_do(
    context: BrowserContext, tab: Page, server: Server, upstream: FakeWaveSpeed
) -> None:
    tab.goto("/")
    tab.fill("#prompt", "Without a cookie?")
    for said in ("it was cleared, or cookies are blocked", "Allow cookies for 127.0.0.1"):
        context.clear_cookies()
        tab.click(".run-bar [type=submit]")
        expect(tab.locator(".problem")).to_contain_text(said)
    tab.click(".run-bar [type=submit]")
    expect(tab.locator(".prose")).to_contain_text("Without a cookie?")


@pytest.mark.parametrize("press", ["Add image", "Upload", "Delete"])
def test_what_the_script_sends_by_itself_names_lost_cookies_too(
    context: BrowserContext, tab: Page, upstream: FakeWaveSpeed, press: str
) -> None:
    run_of(tab, "To be ticked?")
    tab.goto("/runs/" if press == "Delete" else "/")
    if press == "Delete":
        tab.locator(".row-check").first.check()
    elif press == "Add image":
        tab.click("text=From URL")
        tab.fill("#url-field", "https://a.example/1.png")
    for said in ("it was cleared, or cookies are blocked", "Allow cookies for 127.0.0.1"):
        context.clear_cookies()
        if press == "Upload":
            tab.set_input_files("[data-file] >> nth=0", files=[PICTURE])
        else:
            tab.get_by_role("button", name=press).click()
        expect(tab.locator(".field-error:visible")).to_contain_text(said)


def test_a_tag_that_was_not_sent_is_not_lost(
    context: BrowserContext, tab: Page, upstream: FakeWaveSpeed
) -> None:
    tab.goto(run_of(tab, "Tagged?"))
    context.set_offline(True)
    tab.fill("#run-tag", "important")
    tab.keyboard.press("Enter")
    expect(tab.locator(".tag-form + .problem")).to_contain_text(NOT_SENT)
    expect(tab.locator("#run-tag")).to_have_value("important")
    context.set_offline(False)
    tab.get_by_role("button", name="Try again").click()
    expect(tab.locator(".tags")).to_contain_text("important")
