"""What axe-core finds wrong with a page as it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from playwright.sync_api import Page


def violations(page: Page) -> str:
    """A report of what is wrong, empty where nothing is."""
    found = Axe().run(page)
    return found.generate_report() if found.violations_count else ""
