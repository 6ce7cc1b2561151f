"""Uploads that are taken back, held up or refused while Run is pressed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import Route, expect

from tests.conftest import png

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.fakes.wavespeed import FakeWaveSpeed

RUN = re.compile(r"/runs/[0-9a-f-]{36}/$")
NO_PICTURE = b"no picture"


def add(page: Page, *files: bytes) -> None:
    page.set_input_files(
        "[data-file]",
        [{"name": f"{at}.png", "mimeType": "image/png", "buffer": b} for at, b in enumerate(files)],
    )


def hold_pictures(page: Page) -> list[Route]:
    """Uploads of pictures, caught on their way to the server until they are let go."""
    held = list[Route]()

    def catch(route: Route) -> None:
        if NO_PICTURE in (route.request.post_data_buffer or b""):
            route.continue_()
        else:
            held.append(route)

    page.route("**/images/", catch)
    return held


def test_an_image_that_is_removed_while_it_uploads_is_not_waited_for(
    page: Page, upstream: FakeWaveSpeed
) -> None:
    hold_pictures(page)
    page.goto("/")
    page.fill("#prompt", "Why?")
    add(page, png("teal"))
    page.get_by_role("button", name="Remove image 1").click()
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(RUN)


def test_a_refusal_that_was_there_before_the_press_does_not_stop_it(
    page: Page, upstream: FakeWaveSpeed
) -> None:
    held = hold_pictures(page)
    page.goto("/")
    page.fill("#prompt", "Why?")
    add(page, NO_PICTURE, png("teal"))
    expect(page.locator("[data-tray-errors] .field-error")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toast")).to_contain_text("Waiting for the images")
    held[0].continue_()
    expect(page).to_have_url(RUN)


def test_a_draft_survives_thumbnails_that_cannot_be_shown(
    page: Page, upstream: FakeWaveSpeed
) -> None:
    page.route("**/images/*/*.webp", lambda route: route.fulfill(status=404))
    page.goto("/")
    add(page, png("teal"))
    expect(page.locator(".tray-image [name=tray]:enabled")).to_have_count(1)
    page.reload()
    expect(page.locator(".tray-image img:not([src])")).to_have_count(1)
    page.fill("#prompt", "Why?")
    page.reload()
    expect(page.locator("#prompt")).to_have_value("Why?")
    expect(page.locator(".tray-image [name=tray]:enabled")).to_have_count(1)
