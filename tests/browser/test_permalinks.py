"""A run's page in a browser: its files, how to cite it, and running it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.conftest import FLASH

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.fakes.wavespeed import FakeWaveSpeed


@pytest.fixture
def ended(page: Page, upstream: FakeWaveSpeed) -> Page:
    """The page of a run that has ended."""
    upstream.configure(answer=lambda _: "The total is 41.20 kr.")
    page.goto(f"/?example=receipt&model={FLASH}")
    page.click(".run-bar button")
    page.locator(".result >> text=Open").click()
    expect(page.locator(".cite")).to_be_visible()
    return page


def test_the_menu_of_files_is_worked_with_keys_alone(ended: Page) -> None:
    ended.locator(".drop > summary").focus()
    ended.keyboard.press("Enter")
    ended.keyboard.press("Tab")
    expect(ended.get_by_role("link", name="HTML One file")).to_be_focused()
    ended.keyboard.press("Escape")
    expect(ended.locator(".drop-list")).to_be_hidden()
    expect(ended.locator(".drop > summary")).to_be_focused()


def test_a_file_is_downloaded_and_the_page_stays(ended: Page) -> None:
    address = ended.url
    ended.locator(".drop > summary").click()
    with ended.expect_download() as started:
        ended.get_by_role("link", name="ZIP").click()
    assert started.value.suggested_filename.endswith(".zip")
    assert ended.url == address


def test_the_citation_is_copied(ended: Page) -> None:
    ended.locator(".cite > summary").click()
    ended.get_by_role("radio", name="BibTeX").check()
    ended.get_by_role("button", name="Copy citation as bibtex").click()
    expect(ended.locator("#toast")).to_have_text("Copied")
    copied = ended.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("@misc{gemini20flash001")
    assert ended.url in copied


def test_a_double_click_runs_once_and_shows_what_changed(
    ended: Page, upstream: FakeWaveSpeed
) -> None:
    upstream.configure(answer=lambda _: "The total is 47.20 kr.")
    before = ended.url
    ended.get_by_role("button", name="Run again").dblclick()
    ended.wait_for_url(lambda url: "/runs/" in url and url != before)
    expect(ended.locator("#drift .pair-text del")).to_have_text("41.20")
    expect(ended.locator("#drift")).to_contain_text("1 word went and 1 word came.")
    assert len(upstream.submissions) == 2
