"""An image is changed before it is sent: by mouse, keys, touch and without script."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from playground.imaging.edits import Box, Edit, edited
from tests.browser.axe import looks, violations
from tests.browser.test_follow_ups import json_tab
from tests.conftest import png

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page

    from tests.fakes.wavespeed import FakeWaveSpeed
    from tests.product import Server

RUN = re.compile(r"/runs/[0-9a-f-]{36}/$")
SIZE = (400, 300)
PICTURE = png("teal", SIZE)


def opened(page: Page) -> Locator:
    """Add an image and open what changes it."""
    page.set_input_files(
        "[data-file] >> nth=0", {"name": "a.png", "mimeType": "image/png", "buffer": PICTURE}
    )
    expect(page.locator(".tray-image [name=tray]:enabled")).to_have_count(1)
    page.get_by_role("button", name="Change image 1").click()
    return page.get_by_role("dialog", name="Change a.png")


def sides(dialog: Locator, name: str) -> list[int]:
    """What the four fields say."""
    fields = dialog.locator(f"[data-box={name}] input").all()
    return [int(field.input_value()) for field in fields]


def drag(page: Page, dialog: Locator, start: tuple[int, int], end: tuple[int, int]) -> None:
    """Drag by the mouse, from and to pixels of the image."""
    area = dialog.locator("[data-stage] svg").bounding_box()
    assert area
    scale = min(area["width"] / SIZE[0], area["height"] / SIZE[1])
    left = area["x"] + (area["width"] - SIZE[0] * scale) / 2
    top = area["y"] + (area["height"] - SIZE[1] * scale) / 2
    page.mouse.move(left + start[0] * scale, top + start[1] * scale)
    page.mouse.down()
    page.mouse.move(left + end[0] * scale, top + end[1] * scale, steps=4)
    page.mouse.up()


def sent(page: Page, upstream: FakeWaveSpeed) -> str:
    """Run it; returns the hash of what the provider got."""
    expect(page.locator(".tray-image [name=tray]")).to_have_value(re.compile("from [0-9a-f]{12}"))
    page.fill("#prompt", "What is on it?")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(RUN)
    expect(page.locator(".result .prose").first).to_be_visible()
    return hashlib.sha256(upstream.uploads[0].data).hexdigest()


def made(edit: Edit) -> str:
    return hashlib.sha256(edited(PICTURE, edit)[0]).hexdigest()


def test_what_the_mouse_crops_and_covers_is_sent(page: Page, upstream: FakeWaveSpeed) -> None:
    page.goto("/")
    dialog = opened(page)
    drag(page, dialog, (0, 0), (100, 50))
    left, top, width, height = crop = sides(dialog, "crop")
    assert (left + width, top + height) == SIZE
    assert (abs(left - 100) < 4, abs(top - 50) < 4) == (True, True)
    dialog.get_by_role("button", name="Add a part").click()
    expect(dialog.get_by_label("Part 1: left, px")).to_be_focused()
    drag(page, dialog, (200, 150), (260, 200))
    cover = sides(dialog, "cover")
    assert (abs(cover[0] - 210) < 4, cover[2:]) == (True, [100, 75])
    dialog.get_by_role("button", name="Use this").click()
    expected = made(Edit(covers=(Box(*cover),), crop=Box(*crop)))
    assert sent(page, upstream) == expected
    page.reload()
    words = f"a.png (1 part covered, cropped to {width} × {height} px; from"
    expect(page.locator(".image-name")).to_contain_text(words)


def test_keys_turn_move_and_use(page: Page, upstream: FakeWaveSpeed) -> None:
    page.goto("/")
    dialog = opened(page)
    dialog.get_by_label("None", exact=True).focus()
    page.keyboard.press("ArrowRight")
    expect(dialog.get_by_label("Crop: width, px")).to_have_value("300")
    dialog.get_by_label("Crop: width, px").fill("100")
    dialog.locator("[data-stage]").focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowRight")
    assert sides(dialog, "crop") == [11, 0, 100, 400]
    dialog.get_by_role("button", name="Use this").press("Enter")
    expect(page.get_by_role("button", name="Change image 1")).to_be_focused()
    assert sent(page, upstream) == made(Edit(turn=90, crop=Box(11, 0, 100, 400)))
    page.reload()
    assert json.dumps(json_tab(page)).encode() == upstream.bodies[-1]


def test_a_finger_moves_a_corner(chrome: Browser, server: Server) -> None:
    context = chrome.new_context(
        base_url=server.url, has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    page.goto("/")
    dialog = opened(page)
    area = dialog.locator("[data-stage] svg").bounding_box()
    assert area
    finger = page.context.new_cdp_session(page)
    places = [(area["x"] + 3, area["y"] + 3), (area["x"] + 60, area["y"] + 60)]
    for kind, points in (("touchStart", places[:1]), ("touchMove", places[1:]), ("touchEnd", [])):
        touched = [{"x": x, "y": y} for x, y in points]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touched})
    expect(dialog.get_by_label("Crop: left, px")).not_to_have_value("0")
    left, top, width, height = sides(dialog, "crop")
    assert (left + width, top + height, left > 20) == (*SIZE, True)
    context.close()


def test_a_crop_of_nothing_is_said_and_the_original_comes_back(page: Page) -> None:
    page.goto("/")
    dialog = opened(page)
    dialog.get_by_label("Crop: width, px").fill("0")
    dialog.get_by_role("button", name="Use this").click()
    expect(dialog.get_by_text("The crop leaves nothing.")).to_be_visible()
    dialog.get_by_label("Crop: width, px").fill("50")
    dialog.get_by_role("button", name="Use this").click()
    tile = page.locator(".tray-image [name=tray]")
    expect(tile).to_have_value(re.compile("cropped to 50 × 300 px"))
    page.get_by_role("button", name="Change image 1").click()
    page.get_by_role("button", name="Back to the original").click()
    expect(tile).to_have_value(f"{hashlib.sha256(PICTURE).hexdigest()}/a.png")


def test_axe_finds_nothing_in_the_dialog(chrome: Browser, server: Server) -> None:
    page = chrome.new_page(base_url=server.url, bypass_csp=True)
    page.goto("/")
    dialog = opened(page)
    dialog.get_by_role("button", name="Add a part").click()
    expect(dialog.get_by_label("Part 1: left, px")).to_be_visible()
    for look in looks(page):
        assert violations(page) == "", look
    page.close()


@pytest.fixture
def plain(chrome: Browser, server: Server) -> Iterator[Page]:
    context = chrome.new_context(base_url=server.url, java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_without_script_an_image_is_turned_and_made_smaller(
    plain: Page, upstream: FakeWaveSpeed
) -> None:
    plain.goto("/?example=receipt")
    plain.fill("#prompt", "Which way up?")
    plain.get_by_role("button", name="Change image 1").click()
    plain.get_by_label("90° right").check(force=True)
    plain.get_by_label("Longest edge, px").fill("200")
    plain.get_by_role("button", name="Preview").click()
    expect(plain.get_by_text("150 × 200 px")).to_be_visible()
    plain.get_by_role("button", name="Use this").click()
    expect(plain.locator("#prompt")).to_have_value("Which way up?")
    plain.click(".run-bar button")
    expect(plain).to_have_url(RUN)
    words = "(turned right, made 150 × 200 px; from"
    expect(plain.locator(".image-name")).to_contain_text(words)
