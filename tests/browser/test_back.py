"""Back, reload and new rows: History stands as it was left, and ticks stay on their runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Locator, Page

    from tests.product import Server


@pytest.fixture
def context(full: Server, chrome: Browser) -> Iterator[BrowserContext]:
    context = chrome.new_context(base_url=full.url, viewport={"width": 1280, "height": 800})
    yield context
    context.close()


@pytest.fixture
def history(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto("/runs/")
    return page


def rows(history: Page) -> Locator:
    return history.locator(".row")


def ticked(history: Page) -> list[str]:
    return [str(box.get_attribute("value")) for box in history.locator(".row-check:checked").all()]


def two_pages(history: Page) -> None:
    history.locator("#older").scroll_into_view_if_needed()
    expect(rows(history)).to_have_count(60)
    history.wait_for_url("**/runs/?through=*")


def open_and_go_back(history: Page, place: int = 0) -> None:
    rows(history).nth(place).locator(".row-link").click()
    expect(history.locator(".row")).to_have_count(0)
    history.go_back()


def run_in_another_tab(context: BrowserContext) -> None:
    other = context.new_page()
    other.goto("/")
    other.fill("#prompt", "Just arrived?")
    other.click(".run-bar [type=submit]")
    other.wait_for_url("**/runs/*/")
    other.close()


def test_ticks_stay_on_their_runs_when_a_new_one_arrives(
    context: BrowserContext, history: Page
) -> None:
    for place in (1, 3):
        rows(history).nth(place).locator(".row-check").check()
    before, title = ticked(history), rows(history).nth(1).locator(".row-link").inner_text()
    run_in_another_tab(context)
    for again in (lambda: open_and_go_back(history), history.reload):
        again()
        expect(rows(history).first).to_contain_text("Just arrived?")
        expect(history.locator("[data-ticked-count]")).to_have_text("2 selected")
        assert ticked(history) == before
        expect(history.locator("[data-ticked-title]")).to_have_text(title)


def test_without_script_no_tick_is_put_back_by_its_place(full: Server, chrome: Browser) -> None:
    context = chrome.new_context(base_url=full.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/runs/")
    rows(page).nth(1).locator(".row-check").check()
    page.goto("/models/")
    page.go_back()
    expect(page.locator(".row-check:checked")).to_have_count(0)
    context.close()


def test_back_shows_all_that_was_loaded_starred_and_ticked_at_its_place(history: Page) -> None:
    two_pages(history)
    far = rows(history).nth(45)
    far.locator(".row-check").check()
    name = far.get_attribute("id")
    pressed = far.locator(".star").get_attribute("aria-pressed")
    far.locator(".star").click()
    other = {"true": "false", "false": "true"}[str(pressed)]
    expect(far.locator(".star")).to_have_attribute("aria-pressed", other)
    open_and_go_back(history, 45)
    row = history.locator(f"#{name}")
    expect(row.locator(".star")).to_have_attribute("aria-pressed", other)
    expect(row.locator(".row-check")).to_be_checked()
    expect(row).to_be_in_viewport()


def test_back_shows_what_a_new_request_of_the_address_shows(
    context: BrowserContext, history: Page
) -> None:
    two_pages(history)
    open_and_go_back(history, 40)
    other = context.new_page()
    other.goto(history.url)
    ids = "rows => rows.map(row => row.id)"
    shown = rows(history).evaluate_all(ids)
    assert shown[:60] == rows(other).evaluate_all(ids)[:60]
    assert len(set(shown)) == len(shown) >= 60


def test_back_shows_nothing_that_was_deleted_since(context: BrowserContext, history: Page) -> None:
    rows(history).nth(2).locator(".row-check").check()
    gone = rows(history).nth(2).get_attribute("id")
    other = context.new_page()
    other.goto("/runs/")
    other.locator(f"#{gone} .row-check").check()
    other.click("#ticked >> text=Delete")
    expect(other.locator(f"#{gone}")).to_have_count(0)
    open_and_go_back(history)
    expect(history.locator(f"#{gone}")).to_have_count(0)
    expect(history.locator(".bulk-bar")).to_be_hidden()


def test_back_after_a_search_shows_the_whole_page(history: Page) -> None:
    history.fill("#q", "kitchen")
    expect(history.locator("mark").first).to_be_visible()
    open_and_go_back(history)
    expect(history.locator("h1")).to_have_text("History")
    expect(history.locator("#q")).to_have_value("kitchen")
    expect(history.locator("mark").first).to_be_visible()
    expect(history.locator(".filters")).to_have_css("display", "flex")


def test_what_was_ticked_and_deleted_elsewhere_is_said_and_goes(
    context: BrowserContext, history: Page
) -> None:
    other = context.new_page()
    other.goto("/runs/")
    for page in (history, other):
        rows(page).nth(4).locator(".row-check").check()
    gone = str(rows(history).nth(4).get_attribute("id"))
    other.click("#ticked >> text=Delete")
    expect(other.locator(f"#{gone}")).to_have_count(0)
    history.click("[data-star-ticked]")
    expect(history.locator("#toast")).to_contain_text("is deleted, here or in another tab.")
    expect(history.locator(f"#{gone}")).to_have_count(0)


def test_without_a_connection_the_bar_says_that_nothing_was_sent(
    context: BrowserContext, history: Page
) -> None:
    rows(history).nth(5).locator(".row-check").check()
    context.set_offline(True)
    history.click("#ticked >> text=Delete")
    said = "There is no connection. Nothing was sent. Press again."
    expect(history.locator(".bulk-bar .problem")).to_have_text(said)
    context.set_offline(False)
    history.click("#ticked >> text=Delete")
    expect(rows(history)).to_have_count(29)
    history.click("text=Undo")
    expect(history.locator(".problem")).to_have_count(0)
