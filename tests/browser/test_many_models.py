"""Many models at once in a browser: together, with one poll, and each on its own where it fails."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from playground import catalog
from tests.conftest import FLASH, GPT
from tests.fakes.wavespeed import FakeWaveSpeed, Fault

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Request

    from tests.product import Server

EIGHT = [model.id for model in catalog.models()[:8]]
SLOWEST = 4.0  # seconds


def press(page: Page, models: list[str]) -> None:
    page.goto("/?example=receipt&" + "&".join(f"model={model}" for model in models))
    page.click(".run-bar button")
    page.wait_for_url("**/compare/**")


def test_eight_models_take_as_long_as_the_slowest(
    page: Page, server: Server, upstream: FakeWaveSpeed
) -> None:
    upstream.configure(delays={model: SLOWEST - n / 4 for n, model in enumerate(EIGHT)})
    press(page, EIGHT)
    expect(page.locator("#announcer")).to_have_text("All ended")
    cells = server.json(page.url.removeprefix(server.url).rstrip("/") + ".json")["cells"]
    began = min(datetime.fromisoformat(cell["times"]["created_at"]) for cell in cells)
    ended = max(datetime.fromisoformat(cell["times"]["finished_at"]) for cell in cells)
    assert (ended - began).total_seconds() <= 1.25 * SLOWEST


def test_eight_that_wait_poll_no_more_than_two(
    context: BrowserContext, chrome: Browser, server: Server, upstream: FakeWaveSpeed
) -> None:
    upstream.configure(delay=30)
    polls: dict[int, list[str]] = {2: [], 8: []}
    others = chrome.new_context(base_url=server.url)
    for count, page in ((2, context.new_page()), (8, others.new_page())):
        press(page, EIGHT[:count])

        def noted(request: Request, seen: list[str] = polls[count]) -> None:
            if "/status/" in request.url:
                seen.append(request.url)

        page.on("request", noted)
    page.wait_for_timeout(10_000)
    others.close()
    assert 2 <= len(polls[8]) <= len(polls[2]) + 2  # more cells take more steps in the first moment


def test_a_failed_cell_is_retried_alone(page: Page, upstream: FakeWaveSpeed) -> None:
    upstream.fault("submit", Fault.answer(400), model=GPT)
    press(page, [FLASH, GPT])
    failed = page.locator(".result:has(.notice-bad)")
    expect(page.locator("#announcer")).to_have_text("All ended")
    before = len(upstream.submissions)
    failed.get_by_role("button", name="Retry").click()
    expect(failed).to_have_count(0)
    expect(page.locator(".result .prose")).to_have_count(2)
    assert len(upstream.submissions) - before == 1


def test_an_opened_fold_survives_the_other_cells(page: Page, upstream: FakeWaveSpeed) -> None:
    upstream.configure(delays={GPT: 3.0})
    upstream.fault("poll", Fault.data(has_nsfw_contents=[True]), model=FLASH)
    press(page, [FLASH, GPT])
    page.locator("summary:has-text('Show the answer')").click()
    expect(page.locator("#announcer")).to_have_text("1 of 2 have ended")
    expect(page.locator("#announcer")).to_have_text("All ended")
    expect(page.locator(".result details[open] .prose")).to_be_visible()
