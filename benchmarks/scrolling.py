"""How evenly a browser scrolls the grid of an experiment, for benchmarks.experiments."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, cast

from playwright.sync_api import sync_playwright

from benchmarks.tables import Row
from tests.browser import chromium

if TYPE_CHECKING:
    from django.test import Client
    from playwright.sync_api import Route

LONGEST_MS = 50  # three frames of a screen of 60 Hz
PIXELS = 40  # of each frame: 2,400 a second
FRAMES = """async ([pixels, most]) => {
  const grid = document.querySelector(".grid-scroll"), times = [];
  const frame = () => new Promise(requestAnimationFrame);
  let before = await frame();
  for (let n = 0; n < most; n++) {
    grid.scrollBy(0, pixels);
    const now = await frame();
    times.push(now - before);
    before = now;
  }
  return times;
}"""


def scrolled(client: Client, address: str) -> list[Row]:
    """Open the page in Chromium, the client answering for a server, and scroll for 200 frames."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the browser's loop runs in this thread
    with sync_playwright() as playwright:
        path = chromium.find()
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page(bypass_csp=True, viewport={"width": 1440, "height": 900})
        page.route("**/*", lambda route: _answer(client, route))
        page.goto(f"http://localhost{address}")
        times = cast("list[float]", page.evaluate(FRAMES, [PIXELS, 200]))
        browser.close()
    late = sum(one > LONGEST_MS for one in times)
    note = f"{late} of {len(times)} frames took longer"
    usual = sorted(times)[len(times) * 99 // 100]
    return [Row("99 of 100 frames while 100 rows scroll", usual, LONGEST_MS, note=note)]


def _answer(client: Client, route: Route) -> None:
    found: Any = client.get(route.request.url.removeprefix("http://localhost"))
    body = b"".join(found) if found.streaming else found.content
    route.fulfill(status=found.status_code, headers=dict(found.items()), body=body)
