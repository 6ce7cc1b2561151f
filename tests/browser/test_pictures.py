"""Pictures on the page: the viewer, boxes from an answer, the chosen size."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from playground.catalog import entries
from tests.browser.test_whole_way import add_upload, paste, tiles
from tests.conftest import FLASH, GPT

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.fakes.wavespeed import FakeWaveSpeed

BOXES = """[{"box_2d": [100, 100, 600, 600], "label": "sign"}, {"box_2d": [0, 0, 9, 9]}]"""


@pytest.fixture
def run_page(page: Page, upstream: FakeWaveSpeed) -> Page:
    """A run with two images whose answer names two boxes."""
    upstream.configure(answer={FLASH: BOXES})
    page.goto("/")
    page.fill("#prompt", "Where?")
    add_upload(page, "first.png", "red")
    tiles(page, 1)
    paste(page, "blue")
    tiles(page, 2)
    page.click(".run-bar button")
    expect(page.locator(".result .prose")).to_be_visible()
    page.reload()
    return page


def test_a_click_opens_the_image_in_full_and_keys_step_and_zoom(run_page: Page) -> None:
    run_page.locator("a[data-view]").first.click()
    expect(run_page.locator("#viewer")).to_be_visible()
    expect(run_page.locator("[data-viewer-caption]")).to_contain_text("1 of 2")
    run_page.keyboard.press("PageDown")
    expect(run_page.locator("[data-viewer-caption]")).to_contain_text("2 of 2")
    expect(run_page.locator("[data-viewer-image]")).to_have_js_property("complete", value=True)
    run_page.keyboard.press("+")
    expect(run_page.locator("[data-viewer-scale]")).to_have_text("150%")
    run_page.keyboard.press("0")
    expect(run_page.locator("[data-viewer-scale]")).to_have_text("100%")
    run_page.keyboard.press("Escape")
    expect(run_page.locator("#viewer")).to_be_hidden()


def test_the_original_can_be_downloaded_from_the_viewer(run_page: Page) -> None:
    run_page.locator("a[data-view]").first.click()
    with run_page.expect_download() as download:
        run_page.click("[data-viewer-download]")
    assert download.value.suggested_filename == "first.png"


def test_boxes_of_several_models_are_switched_by_model_with_the_keyboard(
    page: Page, upstream: FakeWaveSpeed
) -> None:
    upstream.configure(answer={FLASH: BOXES, GPT: '[{"bbox": [0.1, 0.2, 0.5, 0.6]}]'})
    page.goto(f"/?prompt=Where?&model={FLASH}&model={GPT}")
    add_upload(page, "first.png", "red")
    tiles(page, 1)
    page.click(".run-bar button")
    expect(page.locator(".result .prose")).to_have_count(2)
    page.locator(".results a[href^='/compare/']:not([href$='/mark/'])").first.click()
    expect(page.locator("#boxes")).to_be_visible()
    drawn = page.locator(".boxes-of")
    expect(drawn.filter(visible=True)).to_have_count(2)
    one, two = (drawn.locator("rect:not(.tag)").nth(at) for at in (0, -1))
    hue = "one => getComputedStyle(one).stroke"
    assert one.evaluate(hue) != two.evaluate(hue)
    page.locator("#boxes-b").press("Space")
    expect(drawn.filter(visible=True)).to_have_count(1)


def test_boxes_are_drawn_when_asked_for(run_page: Page) -> None:
    expect(run_page.locator(".boxes rect").first).to_be_hidden()
    run_page.check("[data-show-boxes]")
    expect(run_page.locator(".boxes rect")).to_have_count(2)
    box = run_page.locator(".boxes rect").first.bounding_box()
    frame = run_page.locator(".boxed .picture").first.bounding_box()
    assert box
    assert frame
    assert box["x"] - frame["x"] == pytest.approx(frame["width"] * 0.1, abs=2)
    assert box["height"] == pytest.approx(frame["height"] * 0.5, abs=3)


def test_the_chosen_size_survives_and_is_said(page: Page, upstream: FakeWaveSpeed) -> None:
    page.goto("/?example=chart")
    page.check("[name=max_edge][value='1024']", force=True)
    page.click(".run-bar button")
    expect(page.locator(".result .prose")).to_be_visible()
    page.reload()
    expect(page.locator(".facts")).to_contain_text("At most 1024 px")
    page.click("text=Open in playground")
    page.wait_for_url(re.compile("from="))
    expect(page.locator("[name=max_edge][value='1024']")).to_be_checked()


def test_eight_models_get_the_same_bytes_which_are_uploaded_once(
    page: Page, upstream: FakeWaveSpeed
) -> None:
    page.goto("/?prompt=Same&" + "&".join(f"model={one.id}" for one in entries.models()[:8]))
    add_upload(page, "new.png", "#123457")  # one that no other test has handed over
    tiles(page, 1)
    page.click(".run-bar button")
    expect(page.locator("#meter")).to_contain_text("8 of 8 ended")
    sent = {tuple(one.body["images"]) for one in upstream.submissions}
    assert (len(upstream.submissions), len(sent), len(upstream.uploads)) == (8, 1, 1)
