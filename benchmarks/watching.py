"""A real Chromium that presses Run and notes, by the page's own clock, when an answer is seen."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

from tests.browser import chromium

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page, Request

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# Notes when each text is first seen in a result that has a place on screen, on a card or a page.
WATCH = """(wanted) => {
  const now = () => (performance.timeOrigin + performance.now()) / 1000;
  const seen = {}, watch = (window.watch = {seen, done: false, pressed: now()});
  const look = () => {
    const shown = (text) => [...document.querySelectorAll(".result, .view")]
      .some((one) => one.offsetHeight && one.textContent.includes(text));
    for (const text of wanted) if (!(text in seen) && shown(text)) seen[text] = now();
    if (wanted.every((text) => text in seen)) { observer.disconnect(); watch.done = true; }
  };
  const observer = new MutationObserver(look);
  observer.observe(document.body, {childList: true, subtree: true, characterData: true});
  look();
}"""
# The playground stores a picture as soon as it is chosen.
UPLOADED = """() => document.querySelector("[data-tray]")
  ? document.querySelector(".tray-image [name=tray]:enabled")
  : document.querySelector("input[type=file]").files.length"""
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
BYTES_PER_SECOND = 200_000  # 1.6 Mbit/s
SLOW = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": BYTES_PER_SECOND,
    "uploadThroughput": BYTES_PER_SECOND,
}
PRESS = """() => document.querySelector(".run-bar button, body > button").click()"""


@dataclass
class Seen:
    """Moments in seconds since the epoch: of the press, and of each text by the text."""

    pressed: float
    at: dict[str, float]

    @property
    def first(self) -> float:
        return min(self.at.values())

    @property
    def last(self) -> float:
        return max(self.at.values())


@dataclass
class Watch:
    """One page on which Run was pressed, and the requests it made since."""

    page: Page
    requests: list[tuple[float, str]] = field(default_factory=list)

    def look(self, *texts: str) -> None:
        """Watch for the texts from now on."""
        self.page.evaluate(WATCH, list(texts))

    def result(self, patience: float) -> Seen:
        end = time.monotonic() + patience
        while not self.page.evaluate("window.watch.done"):
            if time.monotonic() > end:
                raise TimeoutError(f"not seen within {patience:.0f} s on {self.page.url}")
            self.page.wait_for_timeout(20)
        found: dict[str, Any] = self.page.evaluate("window.watch")
        return Seen(found["pressed"], found["seen"])

    def close(self) -> None:
        self.page.context.close()


class Watcher:
    """Opens pages, each in a browser profile of its own, as different people have them."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser

    def press(self, address: str, *texts: str, image: Path | None = None) -> Watch:
        """Open the address, press Run once all is loaded, and watch for the texts."""
        page = self._browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        page.goto(address, wait_until="networkidle")  # nobody presses while a page is drawn
        watch = Watch(page)
        page.on("request", lambda request: watch.requests.append(_asked(request)))
        if image:
            page.set_input_files("input[type=file] >> nth=0", image)
            _until(page, UPLOADED)
        watch.look(*texts)
        page.evaluate(PRESS)
        return watch

    def painted(self, address: str, *, slow: bool = False) -> float:
        """Milliseconds from the start of an opening to its first paint, with nothing kept."""
        page = self._browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        if slow:
            session = page.context.new_cdp_session(page)
            session.send("Network.enable")
            session.send("Network.emulateNetworkConditions", SLOW)
        page.goto(address)
        _until(page, f"{PAINTED} !== undefined")
        painted = float(page.evaluate(PAINTED))
        page.context.close()
        return painted

    def once(
        self, address: str, *texts: str, patience: float = 60, image: Path | None = None
    ) -> Seen:
        watch = self.press(address, *texts, image=image)
        seen = watch.result(patience)
        watch.close()
        return seen


def _until(page: Page, true: str) -> None:
    """Wait without an eval, which the playground's policy refuses."""
    while not page.evaluate(true):
        page.wait_for_timeout(20)


def _asked(request: Request) -> tuple[float, str]:
    return time.time(), f"{request.method} {request.url}"


@contextmanager
def watcher() -> Iterator[Watcher]:
    path = chromium.find()
    if not path:
        raise SystemExit(chromium.MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield Watcher(browser)
        browser.close()
