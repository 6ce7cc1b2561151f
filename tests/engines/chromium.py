"""Chromium, driven by Playwright."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

from tests.browser import chromium
from tests.engines.driver import KEYS

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
NAMES = {code: name for name, code in KEYS.items()}


class Tab:
    def __init__(self, page: Page) -> None:
        self._page = page

    def open(self, url: str) -> None:
        self._page.goto(url)

    def url(self) -> str:
        self._page.wait_for_load_state()  # Playwright hears of a new address only when it is called
        return self._page.url

    def back(self) -> None:
        self._page.go_back()

    def resize(self, width: int, height: int) -> None:
        self._page.set_viewport_size({"width": width, "height": height})

    def run(self, function: str, *given: Any) -> Any:
        return self._page.evaluate(f"(given) => ({function})(...given)", list(given))

    def click(self, x: float, y: float) -> None:
        self._page.mouse.click(x, y)

    def type(self, text: str) -> None:
        keyboard = self._page.keyboard
        keyboard.press(NAMES[text]) if text in NAMES else keyboard.type(text)

    def upload(self, selector: str, *files: Path) -> None:
        self._page.set_input_files(f"{selector} >> nth=0", list(files))

    def close(self) -> None:
        self._page.context.close()


class Chromium:
    def __init__(self) -> None:
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(
            executable_path=chromium.find(), args=ARGUMENTS
        )

    def tab(self, *, script: bool = True) -> Tab:
        return Tab(self._browser.new_context(java_script_enabled=script).new_page())

    def close(self) -> None:
        self._browser.close()
        self._playwright.stop()
