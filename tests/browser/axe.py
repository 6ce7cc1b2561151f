"""What axe-core finds wrong with a page as it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

# Colours do not depend on the width: each of both is looked at once.
LOOKS = (("light", 1440), ("dark", 390))


def looks(page: Page) -> Iterator[str]:
    """Show a page wide and light, then narrow and dark; what it shows stays."""
    for scheme, width in LOOKS:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 900})
        yield scheme


def violations(page: Page) -> str:
    """A report of what is wrong, empty where nothing is."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = AxeResults(page.evaluate("axe.run({resultTypes: ['violations']})"))
    return found.generate_report() if found.violations_count else ""
