"""History in a browser: scrolling on, acting on ticked rows without losing one's place, undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.product import Server

BOTH = """for (const name of ["Star", "Delete"])
  [...document.querySelectorAll("#ticked button")].find((one) => one.textContent.trim() === name)
    .click();"""


@pytest.fixture
def history(full: Server, chrome: Browser) -> Iterator[Page]:
    context = chrome.new_context(base_url=full.url, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto("/runs/")
    yield page
    context.close()


def test_older_runs_come_while_one_scrolls(history: Page) -> None:
    rows = history.locator(".row")
    expect(rows).to_have_count(30)
    history.locator("#older").scroll_into_view_if_needed()
    expect(rows).to_have_count(60)


def test_ticked_rows_are_tagged_starred_and_deleted_in_place(history: Page) -> None:
    history.locator("#older").scroll_into_view_if_needed()
    expect(history.locator(".row")).to_have_count(60)
    for place in (40, 41):
        history.locator(".row-check").nth(place).check()
    history.click("#ticked summary >> text=Tag")  # the bar names a ticked row, too
    history.fill("#bulk-tag", "Later")
    history.keyboard.press("Enter")
    expect(history.locator(".row .badge", has_text="later")).to_have_count(2)
    history.click("[data-star-ticked]")
    expect(history.locator(".row .star[aria-pressed=true]")).not_to_have_count(0)
    history.click("#ticked >> text=Delete")
    expect(history.locator(".row")).to_have_count(58)
    assert history.evaluate("scrollY") > 1000
    history.click("text=Undo")
    history.goto("/runs/?tag=later")
    expect(history.locator(".row")).to_have_count(2)


def test_what_is_pressed_while_the_one_before_is_sent_is_done_after_it(history: Page) -> None:
    for place in (3, 4):
        history.locator(".row-check").nth(place).check()
    history.evaluate(BOTH)
    expect(history.locator(".row")).to_have_count(28)
    history.click("text=Undo")
    expect(history.locator(".row")).to_have_count(30)


def test_the_box_above_ticks_all_that_is_loaded(history: Page) -> None:
    history.check("[data-tick-all]")
    expect(history.locator("[data-ticked-count]")).to_have_text("30 selected")
    history.locator(".row-check").first.uncheck()
    assert history.evaluate("document.querySelector('[data-tick-all]').indeterminate")
    history.click("[aria-label='Clear selection']")
    expect(history.locator(".bulk-bar")).to_be_hidden()


def test_an_export_is_what_the_filters_let_through(history: Page) -> None:
    history.fill("#q", "kitchen")
    expect(history.locator("mark").first).to_be_visible()
    history.click("#export-all summary")
    with history.expect_download() as download:
        history.click("#export-all >> text=JSON Lines")
    lines = download.value.path().read_text().splitlines()
    assert lines
    assert all("kitchen" in line.lower() for line in lines)
