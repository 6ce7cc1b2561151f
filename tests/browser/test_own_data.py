"""What was downloaded of an account opens from a disk: styles, images and links beside it."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.test_accounts import server, sign_in

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

__all__ = ["server"]
GROUND = "rgb(247, 248, 250)"


def unpacked(page: Page, folder: Path) -> Path:
    """Run an example, then press Download in Settings; returns the index that came."""
    page.goto("/?example=receipt")
    page.click(".run-bar button")
    page.wait_for_url(re.compile("/runs/.+"))
    expect(page.locator(".result[aria-busy]")).to_have_count(0)
    page.goto("/settings/")
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download").click()
    with zipfile.ZipFile(coming.value.path()) as archive:
        archive.extractall(folder)
    return next(folder.glob("*/index.html"))


def test_the_folder_opens_by_itself(chrome: Browser, page: Page, tmp_path: Path) -> None:
    sign_in(page)
    index = unpacked(page, tmp_path)
    context = chrome.new_context(color_scheme="light")
    reader, asked, said = context.new_page(), list[str](), list[str]()
    reader.on("request", lambda one: asked.append(one.url))
    reader.on("console", lambda one: said.append(one.text))
    reader.goto(index.as_uri())
    reader.locator(".document-index a").first.click()
    expect(reader.locator(".run-images img")).to_be_visible()
    reader.wait_for_load_state()
    drawn = reader.evaluate("[...document.images].every((one) => one.naturalWidth > 100)")
    ground = reader.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    context.close()
    assert (drawn, ground, said) == (True, GROUND, [])
    assert all(one.startswith(("file:", "data:")) for one in asked)
