"""Takes a picture of every screen in every state, at four widths, in light and in dark.

    python -m tests.browser.screenshots [--out DIR] [--only NAME] [--axe]

The real product runs against a fake provider. Ends with 1 where a page scrolls sideways, logs an
error, breaks the content security policy or, with --axe, has something that axe objects to.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from tests.browser import chromium, states
from tests.browser.product import Product
from tests.fakes.wavespeed import FakeWaveSpeed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playwright.sync_api import Browser, ConsoleMessage, Page, Response

    from tests.browser.states import Screen

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
DESKTOP, PHONE = (1440, 1100), (390, 320)
SCHEMES = ("light", "dark")
HEIGHTS = {1440: 900, 1100: 800, 390: 844, 320: 640}
WIDER = "document.scrollingElement.scrollWidth - innerWidth"


@dataclass
class Watch:
    """What a page must not do while its picture is taken."""

    allowed: tuple[int, ...] = ()
    problems: list[str] = field(default_factory=list)

    def on(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("response", self._response)
        page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))

    def _console(self, message: ConsoleMessage) -> None:
        # Answers that are no success are judged by their status below.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.problems.append(f"console: {message.text}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.allowed:
            self.problems.append(f"{response.status} for {response.url}")


@dataclass
class Studio:
    """A browser, a folder for the pictures and what was found wrong."""

    browser: Browser
    out: Path
    axe: bool
    problems: list[str] = field(default_factory=list)

    def take(self, screen: Screen) -> None:
        """Open the screen once for each kind of device and picture it at each width."""
        for widths, touch in ((DESKTOP, False), (PHONE, True)):
            context = self.browser.new_context(
                has_touch=touch,
                bypass_csp=self.axe,  # axe writes its script into the page
                reduced_motion="reduce",
                viewport={"width": widths[0], "height": HEIGHTS[widths[0]]},
            )
            page, watch = context.new_page(), Watch(screen.statuses)
            watch.on(page)
            screen.open(page)
            for width in widths:
                self._at(width, page, screen)
            self._note(screen.name, watch.problems)
            context.close()

    def _at(self, width: int, page: Page, screen: Screen) -> None:
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.wait_for_timeout(150)  # colours move for 120 ms
            name = f"{screen.name}-{width}-{scheme}"
            page.screenshot(path=self.out / f"{name}.png", full_page=screen.whole)
            wider = page.evaluate(WIDER)
            self._note(name, [f"scrolls sideways by {wider} px"] if wider > 0 else [])
            if self.axe and width in (DESKTOP[0], PHONE[0]):
                self._note(name, violations(page))

    def _note(self, name: str, problems: Iterable[str]) -> None:
        self.problems += [f"{name}: {problem}" for problem in dict.fromkeys(problems)]


def violations(page: Page) -> list[str]:
    """Return what axe objects to, with the first elements it names."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"axe {one['id']}: {one['help']} at "
        + "; ".join(f"{node['target']} {node['html'][:120]}" for node in one["nodes"][:3])
        for one in found
    ]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.browser.screenshots")
    parser.add_argument("--out", type=Path, help="default: a new temporary folder")
    parser.add_argument("--only", default="", help="only screens whose name contains this")
    parser.add_argument("--axe", action="store_true", help="also check accessibility")
    given = parser.parse_args()
    out = given.out or Path(tempfile.mkdtemp(prefix="screenshots-"))
    out.mkdir(parents=True, exist_ok=True)
    print(f"Pictures go to {out}")
    problems = _take_all(out, given.only, axe=given.axe)
    print("\n".join(problems) or "Nothing is wrong.")
    return 1 if problems else 0


def _take_all(out: Path, only: str, *, axe: bool) -> list[str]:
    with ExitStack() as stack:
        fake = stack.enter_context(FakeWaveSpeed())
        product = stack.enter_context(Product(fake))
        demo = stack.enter_context(Product())
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=FLAGS)
        studio = Studio(browser, out, axe)
        for screen in states.screens(product, demo, fake):
            if only in screen.name:
                studio.take(screen)
        browser.close()
        return studio.problems


if __name__ == "__main__":
    sys.exit(main())
