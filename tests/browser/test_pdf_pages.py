"""Pages of a PDF are chosen by mouse, keys, touch and without script, and sent as pictures."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from playground.imaging import pdf
from tests.browser.axe import looks, violations
from tests.browser.test_follow_ups import json_tab
from tests.imaging import pdf_makers as made

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page

    from tests.fakes.wavespeed import FakeWaveSpeed
    from tests.product import Server

RUN = re.compile(r"/runs/[0-9a-f-]{36}/$")
REPORT = made.pdf(20)


def add(page: Page, data: bytes = REPORT, name: str = "report.pdf") -> Locator:
    """Choose the file; returns the dialog."""
    page.set_input_files(
        "[data-file] >> nth=0", {"name": name, "mimeType": "application/pdf", "buffer": data}
    )
    return page.get_by_role("dialog", name=f"Pages of {name}")


def run(page: Page) -> None:
    page.fill("#prompt", "What is on it?")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(RUN)


def hashes(*numbers: int, dpi: int = 150) -> list[str]:
    return [hashlib.sha256(page.data).hexdigest() for page in pdf.draw(REPORT, numbers, dpi)]


def received(upstream: FakeWaveSpeed) -> list[str]:
    """What the provider got, in the order of the images."""
    return [hashlib.sha256(one.data).hexdigest() for one in upstream.uploads]


def test_ticked_pages_are_sent_as_they_were_drawn(page: Page, upstream: FakeWaveSpeed) -> None:
    page.goto("/")
    dialog = add(page)
    dialog.get_by_role("checkbox", name="Page 3", exact=True).check()
    dialog.get_by_role("button", name="Later pages").click()
    dialog.get_by_role("checkbox", name="Page 20").check()
    expect(dialog.get_by_label("Pages", exact=True)).to_have_value("3, 20")
    dialog.get_by_role("button", name="Add 2 pages").click()
    expect(page.get_by_alt_text("page 20 of report.pdf, 150 dpi")).to_be_visible()
    run(page)
    expect(page.locator(".result .prose").first).to_be_visible()
    assert received(upstream) == hashes(3, 20)
    page.reload()
    expect(page.get_by_alt_text("page 3 of report.pdf, 150 dpi")).to_be_visible()
    assert json.dumps(json_tab(page)).encode() == upstream.bodies[-1]


def test_keys_alone_choose_pages(page: Page, upstream: FakeWaveSpeed) -> None:
    page.goto("/")
    dialog = add(page)
    expect(dialog.get_by_label("Pages", exact=True)).to_be_focused()
    page.keyboard.type("2-3")
    expect(dialog.get_by_role("checkbox", name="Page 3", exact=True)).to_be_checked()
    expect(dialog.locator("[data-pages-count]")).to_have_text("2 of at most 16")
    page.keyboard.press("Enter")
    expect(page.locator(".tray-image")).to_have_count(2)
    expect(dialog).to_have_count(0)


def test_touch_chooses_pages_and_a_resolution(chrome: Browser, server: Server) -> None:
    context = chrome.new_context(
        base_url=server.url, has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    page.goto("/")
    dialog = add(page)
    dialog.get_by_role("checkbox", name="Page 2", exact=True).tap()
    dialog.get_by_label("Drawn at").select_option("300")
    dialog.get_by_role("button", name="Add 1 page").tap()
    expect(page.get_by_alt_text("page 2 of report.pdf, 300 dpi")).to_be_visible()
    context.close()


def test_the_seventeenth_page_is_not_ticked(page: Page) -> None:
    page.goto("/")
    dialog = add(page)
    dialog.get_by_label("Pages", exact=True).fill("1-16")
    box = dialog.get_by_role("checkbox", name="Page 17")
    box.click()
    expect(box).not_to_be_checked()
    expect(dialog.locator("[data-pages-count]")).to_have_text("At most 16 pages. Untick one first.")


def test_a_page_that_is_not_there_is_said_in_the_dialog(page: Page) -> None:
    page.goto("/")
    dialog = add(page)
    dialog.get_by_label("Pages", exact=True).fill("99")
    dialog.get_by_role("button", name="Add 0 pages").click()
    expect(dialog.get_by_role("alert")).to_contain_text("There is no page 99")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.locator(".tray-image")).to_have_count(0)


def test_a_locked_pdf_is_refused_where_images_are(page: Page) -> None:
    page.goto("/")
    add(page, made.locked())
    expect(page.locator("[data-tray-errors]")).to_contain_text(
        "report.pdf is locked with a password. Save a copy without it and add that."
    )


def test_axe_finds_nothing_in_the_dialog(chrome: Browser, server: Server) -> None:
    page = chrome.new_page(base_url=server.url)
    page.goto("/")
    expect(add(page)).to_be_visible()
    for look in looks(page):
        assert violations(page) == "", look
    page.close()


@pytest.fixture
def plain(chrome: Browser, server: Server) -> Iterator[Page]:
    context = chrome.new_context(base_url=server.url, java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_without_script_the_form_asks_for_the_pages(plain: Page, upstream: FakeWaveSpeed) -> None:
    plain.goto("/")
    plain.fill("#prompt", "What is on it?")
    add(plain)
    plain.click(".run-bar button")
    expect(plain.get_by_text("Choose the pages of report.pdf").first).to_be_visible()
    expect(plain.locator("#prompt")).to_have_value("What is on it?")
    plain.get_by_role("checkbox", name="Page 2", exact=True).check()
    plain.get_by_role("button", name="Later pages").click()
    plain.get_by_role("checkbox", name="Page 19").check()
    plain.click(".run-bar button")
    expect(plain).to_have_url(RUN)
    expect(plain.get_by_alt_text("page 19 of report.pdf, 150 dpi")).to_be_visible()
    expect(plain.get_by_alt_text("page 2 of report.pdf, 150 dpi")).to_be_visible()
