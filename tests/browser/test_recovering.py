"""What a person sees and presses when something was away: the provider's answer, or the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.fakes.wavespeed import FakeWaveSpeed, Fault

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Route


def ask(page: Page, prompt: str) -> None:
    page.goto("/")
    page.fill("#prompt", prompt)
    page.click(".run-bar [type=submit]")


@pytest.mark.parametrize("screen", ["card", "page"])
def test_a_run_of_unknown_outcome_is_looked_up_linked_and_answered(
    page: Page, upstream: FakeWaveSpeed, screen: str
) -> None:
    upstream.fault("submit", Fault.reset(accepted=True))
    ask(page, f"Lost on the {screen}?")
    if screen == "page":
        page.get_by_role("link", name="Open the run's page").click()
    page.get_by_role("button", name="Look it up").click()
    expect(page.get_by_text("This looks like your run.")).to_be_visible()
    page.get_by_role("button", name="This is it").click()
    expect(page.locator(".prose")).to_contain_text(f"Lost on the {screen}?")
    assert len(upstream.submissions) == 1


def busy(route: Route) -> None:
    if route.request.method == "POST":
        route.fulfill(status=503, headers={"Retry-After": "2"}, body="busy")
    else:
        route.continue_()


SUM_AGAIN = """(end) => new Promise((done) => {
  document.addEventListener(end, () => setTimeout(done), {once: true});
  dispatchEvent(new Event("pageshow"));
})"""


@pytest.mark.parametrize("end", ["htmx:after:request", "htmx:error"])
def test_a_sum_that_ends_late_does_not_take_the_words_away(
    context: BrowserContext, end: str
) -> None:
    page = context.new_page()
    page.goto("/", wait_until="networkidle")
    page.route("**/runs/", busy)
    page.fill("#prompt", "Still here?")
    page.click(".run-bar [type=submit]")
    said = "The server is busy. Nothing was sent. Press Run again."
    expect(page.locator(".problem")).to_have_text(said)
    context.set_offline(end == "htmx:error")
    page.evaluate(SUM_AGAIN, end)
    expect(page.locator(".problem")).to_have_text(said)


def test_a_busy_server_is_announced_and_the_form_stays(
    context: BrowserContext, upstream: FakeWaveSpeed
) -> None:
    page = context.new_page()  # its console names the 503, as it should
    page.route("**/runs/", busy)
    ask(page, "Still here?")
    said = "The server is busy. Nothing was sent. Press Run again."
    expect(page.locator(".problem")).to_have_text(said)
    expect(page.locator("#prompt")).to_have_value("Still here?")
    page.unroute("**/runs/")
    page.click(".run-bar [type=submit]")
    expect(page.locator(".prose")).to_contain_text("Still here?")
