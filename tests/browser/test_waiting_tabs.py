"""Many tabs of one browser that wait: a browser opens no more than six connections to a host."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.many.pressing import Presser, addresses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.fakes.wavespeed import FakeWaveSpeed
    from tests.product import Server

TABS = 12


@pytest.fixture
def tabs(server: Server, upstream: FakeWaveSpeed, chrome: Browser) -> Iterator[list[Page]]:
    """Tabs of one browser, each on a run that does not end."""
    upstream.configure(delay=3600)
    runs = addresses(Presser([server.url]).press(f"Waiting tab {n}" for n in range(TABS)))
    context = chrome.new_context(base_url=server.url)
    pages = [context.new_page() for _ in runs]
    for page, address in zip(pages, runs.values(), strict=True):
        page.goto(address)
        expect(page.locator("main")).to_contain_text("Running")
    yield pages
    context.close()


def test_twelve_waiting_tabs_hold_no_page_up_and_all_learn_of_their_end(
    tabs: list[Page], upstream: FakeWaveSpeed
) -> None:
    other = tabs[0].context.new_page()
    other.goto("/runs/")
    expect(other.locator(".row", has_text="Waiting tab")).to_have_count(TABS)
    for page in tabs:
        expect(page.locator("main")).to_contain_text("Running")
    upstream.configure(delay=0.0)
    for page in tabs:
        expect(page.locator("main")).to_contain_text("was asked")
