"""Many models at once in a browser: together, with one poll, and each on its own where it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from playground.catalog import entries
from tests.conftest import FLASH, GPT
from tests.fakes.wavespeed import FakeWaveSpeed, Fault
from tests.servers.processes import until

if TYPE_CHECKING:
    from playwright.sync_api import Page


EIGHT = [model.id for model in entries.models()[:8]]


def press(page: Page, models: list[str]) -> None:
    page.goto("/?example=receipt&" + "&".join(f"model={model}" for model in models))
    page.click(".run-bar button")
    page.wait_for_url("**/compare/**")


def test_eight_models_are_asked_side_by_side(page: Page, upstream: FakeWaveSpeed) -> None:
    upstream.configure(delay=3600)
    press(page, EIGHT)
    until(lambda: len(upstream.submissions) == 8, "all are at the provider, none has answered")
    expect(page.locator(".result .status-processing")).to_have_count(8)


@pytest.mark.parametrize("count", [2, 8])
def test_models_that_wait_share_one_poll(page: Page, upstream: FakeWaveSpeed, count: int) -> None:
    upstream.configure(delay=3600)
    press(page, EIGHT[:count])
    until(lambda: len(upstream.submissions) == count, "all are at the provider")
    expect(page.locator("[hx-get*='/status/']")).to_have_count(1)


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
    upstream.configure(delays={GPT: 3600})
    upstream.fault("poll", Fault.data(has_nsfw_contents=[True]), model=FLASH)
    press(page, [FLASH, GPT])
    page.locator("summary:has-text('Show the answer')").click()
    expect(page.locator("#announcer")).to_have_text("1 of 2 have ended")
    upstream.configure(delays={})
    expect(page.locator("#announcer")).to_have_text("All ended")
    expect(page.locator(".result details[open] .prose")).to_be_visible()
