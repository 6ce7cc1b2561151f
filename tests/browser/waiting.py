"""Waits of pages that do not change by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers.processes import until

if TYPE_CHECKING:
    from playwright.sync_api import Page


def reload_until(page: Page, selector: str) -> None:
    """Reload as a person without script does, until something is there."""

    def is_there() -> bool:
        page.reload()
        return page.locator(selector).first.is_visible()

    until(is_there, f"{selector} after a reload")
