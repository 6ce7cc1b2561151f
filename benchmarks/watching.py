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

    from playwright.sync_api import Browser, Page, Request

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# Presses the button and notes when each text is first seen in a result that has a place on screen.
PRESS = """(wanted) => {
  const now = () => (performance.timeOrigin + performance.now()) / 1000;
  const seen = {}, watch = (window.watch = {seen, done: false});
  const look = () => {
    const results = [...document.querySelectorAll(".result")].filter((one) => one.offsetHeight);
    const shown = (text) => results.some((one) => one.textContent.includes(text));
    for (const text of wanted) if (!(text in seen) && shown(text)) seen[text] = now();
    if (wanted.every((text) => text in seen)) { observer.disconnect(); watch.done = true; }
  };
  const observer = new MutationObserver(look);
  observer.observe(document.body, {childList: true, subtree: true, characterData: true});
  watch.pressed = now();
  document.querySelector(".run-bar button, body > button").click();
}"""


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

    def press(self, address: str, *texts: str) -> Watch:
        """Open the address, press Run once it is loaded, and watch for the texts."""
        page = self._browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        page.goto(address)
        watch = Watch(page)
        page.on("request", lambda request: watch.requests.append(_asked(request)))
        page.evaluate(PRESS, list(texts))
        return watch

    def once(self, address: str, *texts: str, patience: float = 30) -> Seen:
        watch = self.press(address, *texts)
        seen = watch.result(patience)
        watch.close()
        return seen


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
