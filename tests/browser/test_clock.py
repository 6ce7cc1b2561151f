"""The clocks of running cards, which go on between the polls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Many at once: between the first and the last a moment passes.
CLOCKS = """() => {
  for (let n = 0; n < 500; n++) {
    const clock = Object.assign(document.createElement("div"), { className: "clock" });
    Object.assign(clock.dataset, { elapsed: "0.0", scale: "0.5", median: "1" });
    clock.innerHTML = '<svg><rect class="done" width="0"/></svg>';
    document.body.append(clock);
  }
}"""


def test_a_clock_that_just_began_shows_no_time_before_its_start(page: Page) -> None:
    page.goto("/")
    page.evaluate(CLOCKS)  # a bar of less than nothing is an error in the console
    expect(page.locator(".clock .done").last).to_have_attribute("width", "100%")
