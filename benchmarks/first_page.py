"""What the first page costs a browser: python -m benchmarks.first_page.

Chromium opens the page of a collected installation with nothing kept, then once more. Bytes are
what crossed the wire, headers included, by the browser's own count. Prints medians
beside what is to be reached; ends with 1 where one is above that.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

from benchmarks.tables import Row, show
from tests.browser import chromium
from tests.product import collected, serve, stop

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Browser, BrowserContext

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WATCH = """
window.blocked = 0;
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) blocked += task.duration - 50;
}).observe({ type: "longtask", buffered: true });
"""
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
SETTLED = 500  # milliseconds without a request, after which a visit counts as over


@dataclass
class Visit:
    """One opening of the page: bytes by address; milliseconds to the first paint, blocked, bare."""

    sizes: dict[str, float] = field(default_factory=dict)
    painted: float = 0
    blocked: float = 0
    bare: float = 0

    @property
    def transferred(self) -> float:
        return sum(self.sizes.values())


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.first_page", description=__doc__)
    parser.add_argument("--times", type=int, default=9)
    parser.add_argument("--pixels", type=float, default=1, help="device pixels a CSS pixel")
    parser.add_argument("--width", type=int, default=1440)
    parser.add_argument("--list", action="store_true", help="name each request")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = serve(Path(folder), **collected(Path(folder)))
        try:
            visits = _visits(server.url, given)
        finally:
            stop(server)
    if given.list:
        for address, size in visits[0][0].sizes.items():
            print(f"{size:9,.0f} B  {address}")
    return _report([first for first, _ in visits], [second for _, second in visits])


def _visits(url: str, given: argparse.Namespace) -> list[tuple[Visit, Visit]]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=FLAGS)
        _pair(browser, url, given)  # the server's and the browser's own first time
        visits = [_pair(browser, url, given) for _ in range(given.times)]
        browser.close()
    return visits


def _bare(browser: Browser) -> float:
    """Milliseconds to the first paint of a page of one word: the browser's and machine's share."""
    page = browser.new_page()
    page.goto("data:text/html,<p>bare")
    page.wait_for_timeout(SETTLED)
    painted = float(page.evaluate(PAINTED))
    page.close()
    return painted


def _pair(browser: Browser, url: str, given: argparse.Namespace) -> tuple[Visit, Visit]:
    size = {"width": given.width, "height": 900}
    context = browser.new_context(viewport=size, device_scale_factor=given.pixels)
    first, second = _visit(context, url), _visit(context, url)
    first.bare = _bare(browser)
    context.close()
    return first, second


def _visit(context: BrowserContext, url: str) -> Visit:
    page, visit, addresses = context.new_page(), Visit(), dict[str, str]()
    page.add_init_script(WATCH)
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    kept = set[str]()

    def finished(event: dict[str, Any]) -> None:
        if event["requestId"] in addresses and event["requestId"] not in kept:
            visit.sizes[addresses[event["requestId"]]] = event["encodedDataLength"]

    def requested(event: dict[str, Any]) -> None:
        addresses[event["requestId"]] = event["request"]["url"].removeprefix(url)

    session.on("Network.requestWillBeSent", requested)
    session.on("Network.requestServedFromCache", lambda event: kept.add(event["requestId"]))
    session.on("Network.responseReceived", lambda event: _note_kept(event, kept))
    session.on("Network.loadingFinished", finished)
    page.goto(url, wait_until="networkidle")
    page.wait_for_timeout(SETTLED)
    visit.painted, visit.blocked = page.evaluate(PAINTED), page.evaluate("blocked")
    page.close()
    return visit


def _note_kept(event: dict[str, Any], kept: set[str]) -> None:
    if event["response"].get("fromDiskCache"):
        kept.add(event["requestId"])


def _report(first: list[Visit], second: list[Visit]) -> int:
    return show(
        [
            _row("transferred", [one.transferred / 1000 for one in first], 110, "KB"),
            _row("requests", [len(one.sizes) for one in first], 12, ""),
            _row("first contentful paint", [one.painted for one in first], 200),
            _row("blocking time", [one.blocked for one in first], 0),
            _row("second visit", [one.transferred / 1000 for one in second], 15, "KB"),
            _row("first paint of a page of one word", [one.bare for one in first], None),
        ]
    )


def _row(measure: str, found: Sequence[float], limit: float | None, unit: str = "ms") -> Row:
    return Row(measure, median(found), limit, unit, note=f"at best {min(found):.3g} {unit}")


if __name__ == "__main__":
    sys.exit(main())
