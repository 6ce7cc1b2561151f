"""Uploads that are taken back, held up or refused while Run is pressed."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Route, expect

from tests.conftest import png
from tests.servers.processes import until

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


def caught(page: Page, held: list[Route]) -> None:
    """Wait until something was caught, of which Playwright tells while it is asked."""
    until(lambda: page.evaluate("true") and held, "something was caught")


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


def test_a_picture_that_is_chosen_before_the_script_has_come_is_uploaded(
    page: Page, upstream: FakeWaveSpeed
) -> None:
    held = list[Route]()
    page.route("**/*.js", lambda route: held.append(route))
    page.goto("/", wait_until="commit")
    expect(page.locator(".run-bar")).to_be_visible()
    add(page, png("teal"))
    caught(page, held)
    held[0].continue_()
    expect(page.locator(".tray-image [name=tray]:enabled")).to_have_count(1)


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
    caught(page, held)
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


CLIPBOARD = """([data, text, html, name]) => {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, {type: "image/png"}));
  if (text) transfer.setData("text/plain", text);
  if (html) transfer.setData("text/html", html);
  document.querySelector("#prompt").dispatchEvent(
    new ClipboardEvent("paste", {clipboardData: transfer, bubbles: true, cancelable: true}));
}"""


def paste(page: Page, text: str = "", html: str = "", name: str = "image.png") -> None:
    page.evaluate(CLIPBOARD, [base64.b64encode(png()).decode(), text, html, name])


def ask_for(page: Page, *addresses: str) -> None:
    page.click("text=From URL")
    page.fill("#url-field", "\n".join(addresses))
    page.get_by_role("button", name="Add image").click()


@pytest.mark.parametrize(
    "address", ["https://a.example/1 2.png", "data:image/png;base64,AA", "ftp://a.example/1.png"]
)
def test_an_address_that_cannot_be_used_is_corrected_in_the_dialog(
    page: Page, upstream: FakeWaveSpeed, address: str
) -> None:
    page.goto("/?prompt=Why")
    ask_for(page, address)
    expect(page.locator("#url-error")).to_be_visible()
    expect(page.locator("#url-field")).to_have_value(address)
    expect(page.locator("#url-field")).to_be_focused()
    page.fill("#url-field", "https://a.example/1.png")
    page.press("#url-field", "Enter")
    expect(page.locator("#image-address")).to_be_hidden()
    expect(page.locator("[name=tray]")).to_have_value("https://a.example/1.png")


def test_a_pasted_list_of_addresses_is_taken_whole(page: Page, upstream: FakeWaveSpeed) -> None:
    page.goto("/")
    ask_for(page, "https://a.example/1.png", "", "https://a.example/2.png")
    expect(page.locator(".tray-image .tray-number")).to_have_text(["1", "2"])
    ask_for(page, *(f"https://a.example/{n}.png" for n in range(15)))
    expect(page.locator("#url-error")).to_contain_text("there is room for 14. You gave 15.")


def test_an_address_that_was_refused_at_run_is_seen_and_can_be_corrected(
    page: Page, upstream: FakeWaveSpeed
) -> None:
    page.goto("/?prompt=Why")
    page.evaluate("document.querySelector('#image-urls').value = 'nowhere'")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#image-urls")).to_be_visible()
    page.fill("#image-urls", "")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(RUN)


def test_a_picture_beside_copied_text_is_not_added(page: Page, upstream: FakeWaveSpeed) -> None:
    page.goto("/")
    paste(page, "1\t2", "<table><tr><td>1<td>2</table>")
    paste(page, html="<img src='https://a.example/1.png'>")
    expect(page.locator(".tray-image")).to_have_count(1)
    paste(page, "my photo.png", name="my photo.png")
    expect(page.locator(".tray-image")).to_have_count(2)


def test_the_17th_image_is_refused_at_once(page: Page, upstream: FakeWaveSpeed) -> None:
    page.goto("/")
    ask_for(page, *(f"https://a.example/{n}.png" for n in range(15)))
    expect(page.locator(".tray-image")).to_have_count(15)
    add(page, png("teal"), png("red"), png("blue"))
    errors = page.locator("[data-tray-errors]")
    expect(errors).to_contain_text("A run takes at most 16 images. Left out: 1.png, 2.png.")
    expect(page.locator(".tray-image")).to_have_count(16)
    paste(page)
    expect(errors).to_contain_text("Left out: image.png.")
