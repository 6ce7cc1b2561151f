"""Takes a picture of every screen in every state, at four widths, in light and in dark.

    python -m tests.browser.screenshots [--out DIR] [--only NAME] [--axe]

The real product runs against a fake provider. Ends with 1 where a page scrolls sideways, logs an
error, breaks the content security policy or, with --axe, has something that axe objects to.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from tests.browser import chromium
from tests.browser.account_screens import account_screens
from tests.browser.product import Product
from tests.browser.screens import screens
from tests.fakes.wavespeed import FakeWaveSpeed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Page, Response

    from tests.browser.screen import Screen

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
DEVICES = ((False, {1440: 900, 1100: 800}), (True, {390: 844, 320: 640}))  # touch, width: height
WIDER = "document.scrollingElement.scrollWidth - innerWidth"


@dataclass
class Studio:
    """A browser, a folder for the pictures and what was found wrong."""

    browser: Browser
    out: Path
    axe: bool
    problems: list[str] = field(default_factory=list)

    def take(self, screen: Screen) -> None:
        """Open the screen once for each kind of device and picture it at each width."""
        for touch, sizes in DEVICES:
            # axe writes its script into the page, which the policy forbids
            context = self.browser.new_context(has_touch=touch, bypass_csp=self.axe)
            page = context.new_page()
            self._size(page, *next(iter(sizes.items())))
            self._watch(page, screen)
            page.goto(screen.address)
            screen.act(page)
            for width, height in sizes.items():
                self._size(page, width, height)
                self._picture(page, screen, width)
            context.close()

    def _size(self, page: Page, width: int, height: int) -> None:
        page.set_viewport_size({"width": width, "height": height})

    def _watch(self, page: Page, screen: Screen) -> None:
        def console(message: ConsoleMessage) -> None:
            # Answers that are no success are judged by their status.
            if message.type == "error" and not message.text.startswith("Failed to load resource"):
                self._object(f"{screen.name}: {message.text}")

        def response(answer: Response) -> None:
            if answer.status >= 400 and answer.status not in screen.statuses:
                self._object(f"{screen.name}: {answer.status} for {answer.url}")

        page.on("console", console)
        page.on("response", response)
        page.on("pageerror", lambda error: self._object(f"{screen.name}: {error}"))

    def _picture(self, page: Page, screen: Screen, width: int) -> None:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.wait_for_timeout(150)  # colours move for 120 ms
            page.evaluate("scrollTo(0, 0)")
            name = f"{screen.name}-{width}-{scheme}"
            page.screenshot(path=self.out / f"{name}.png", full_page=screen.whole)
            wider = page.evaluate(WIDER)
            if wider > 0:
                self._object(f"{name}: scrolls sideways by {wider} px")
            if self.axe and width in (1440, 390):
                for one in _violations(page):
                    self._object(f"{name}: {one}")

    def _object(self, problem: str) -> None:
        self.problems.append(problem)
        print(problem, flush=True)


def _violations(page: Page) -> Iterator[str]:
    from axe_playwright_python.sync_playwright import Axe

    for one in Axe().run(page).response["violations"]:
        places = "; ".join(f"{node['target']} {node['html'][:120]}" for node in one["nodes"][:3])
        yield f"axe {one['id']}: {one['help']} at {places}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.browser.screenshots")
    parser.add_argument("--out", type=Path, help="default: a new temporary folder")
    parser.add_argument("--only", default="", help="only screens whose name matches this pattern")
    parser.add_argument("--axe", action="store_true", help="also check accessibility")
    given = parser.parse_args()
    out = given.out or Path(tempfile.mkdtemp(prefix="screenshots-"))
    out.mkdir(parents=True, exist_ok=True)
    print(f"Pictures go to {out}")
    problems = _take_all(out, given.only, axe=given.axe)
    print(f"{len(problems)} problems")
    return 1 if problems else 0


def _take_all(out: Path, only: str, *, axe: bool) -> list[str]:
    with ExitStack() as stack:
        fake = stack.enter_context(FakeWaveSpeed())
        real, demo = stack.enter_context(Product(fake)), stack.enter_context(Product())
        accounts = stack.enter_context(Product(fake, ACCESS="accounts"))
        for name in ("mira", "ada"):
            accounts.add_administrator(name)
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=FLAGS)
        studio = Studio(browser, out, axe)
        for screen in chain(account_screens(accounts), screens(real, demo, fake)):
            if re.search(only, screen.name):
                studio.take(screen)
        browser.close()
        return studio.problems


if __name__ == "__main__":
    sys.exit(main())
