"""What a page computes anew when something comes into it: a few elements, not all it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.product import Server

FEW = 60
PATHS = ("/", "/runs/", "/models/", "/settings/", "/experiments/new/")
# Into the page, and beside it, where htmx puts what it brings before it compares.
COME = """() => {
  const styled = () => document.body.offsetHeight;
  const brought = document.createElement("div");
  styled();
  document.querySelector("main").append(document.createElement("b"));
  styled();
  document.documentElement.insertBefore(brought, document.body);
  styled();
  brought.remove();
  styled();
}"""


@pytest.mark.parametrize("path", PATHS)
def test_an_element_that_comes_has_few_others_styled_anew(
    page: Page, full: Server, path: str
) -> None:
    page.goto(full.url + path)
    page.wait_for_load_state("networkidle")
    assert max(_styled(page, COME)) <= FEW


def _styled(page: Page, script: str) -> list[int]:
    """How many elements each computation of styles took while the script ran."""
    assert page.context.browser
    session = page.context.browser.new_browser_cdp_session()
    events: list[dict[str, Any]] = []
    ends: list[object] = []
    session.on("Tracing.dataCollected", lambda part: events.extend(part["value"]))
    session.on("Tracing.tracingComplete", lambda end: ends.append(end))
    traced = {"includedCategories": ["devtools.timeline"]}
    session.send("Tracing.start", {"transferMode": "ReportEvents", "traceConfig": traced})
    page.evaluate(script)
    session.send("Tracing.end")
    while not ends:
        page.wait_for_timeout(20)
    session.detach()
    found = [one["args"] for one in events if one["name"] == "UpdateLayoutTree"]
    return [one["elementCount"] for one in found if "elementCount" in one]
