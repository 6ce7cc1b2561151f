"""Pages with odd content, large text, other colours and on paper: everything can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.conftest import FLASH, GPT, png

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.fakes.wavespeed import FakeWaveSpeed

BOX = """[{"box_2d": [100, 100, 600, 600], "label": "sign"}]"""
WIDTH = "node => node.clientWidth"
HEIGHT = "() => document.scrollingElement.scrollHeight"
LARGE = """() => { const sheet = new CSSStyleSheet();
  sheet.replaceSync(":root { font-size: 200% }"); document.adoptedStyleSheets = [sheet]; }"""
SEEN = """(selector) => [...document.querySelectorAll(selector)]
  .filter((one) => one.checkVisibility()).map((one) => one.outerHTML.slice(0, 90))"""


def with_images(page: Page, *sizes: tuple[int, int]) -> None:
    """Open the composer with pictures of these sizes and two models."""
    page.goto(f"/?prompt=What+do+these+show+together%3F&model={FLASH}&model={GPT}")
    files = [
        {"name": f"{n}.png", "mimeType": "image/png", "buffer": png(size=size)}
        for n, size in enumerate(sizes)
    ]
    page.set_input_files("[data-file] >> nth=0", files)  # type: ignore[arg-type]
    expect(page.locator(".tray-image [name=tray]:enabled")).to_have_count(len(sizes))
    page.click(".run-bar [type=submit]")
    page.wait_for_url("**/compare/**")


@pytest.mark.parametrize("width", [1440, 1100, 390])
def test_beside_four_images_the_prompt_has_room(
    page: Page, upstream: FakeWaveSpeed, width: int
) -> None:
    with_images(page, *((300 + n, 200) for n in range(4)))
    page.set_viewport_size({"width": width, "height": 900})
    page.reload()
    assert page.locator(".compare-input .prompt-text").evaluate(WIDTH) > 120


@pytest.mark.parametrize("width", [390, 360])
def test_on_a_phone_two_images_stand_beside_each_other(
    page: Page, upstream: FakeWaveSpeed, width: int
) -> None:
    with_images(page, (300, 200), (301, 200))
    page.set_viewport_size({"width": width, "height": 900})
    page.reload()
    tops = "all => all.map((one) => one.getBoundingClientRect().top)"
    first, second = page.locator(".compare-input .picture").evaluate_all(tops)
    assert abs(first - second) < 20  # one below the other is 50 apart


def test_an_image_that_is_very_high_makes_no_page_very_long(
    page: Page, upstream: FakeWaveSpeed
) -> None:
    upstream.configure(answer=lambda _: BOX)
    with_images(page, (100, 9000))
    page.reload()
    assert page.evaluate(HEIGHT) < 3000
    page.click(".result-footer a:has-text('Open') >> nth=0")
    page.check("[data-show-boxes]")
    assert page.evaluate(HEIGHT) < 3000


def test_what_a_run_cost_lies_over_nothing_else(page: Page, upstream: FakeWaveSpeed) -> None:
    with_images(page, (300, 200))
    page.goto("/runs/")
    wide = "all => all.filter((one) => one.scrollWidth > one.clientWidth + 1).length"
    cost = page.locator(".cell-cost")
    cost.first.locator(".number").evaluate("node => (node.textContent = 'price not known')")
    assert cost.evaluate_all(wide) == 0


def test_with_text_twice_as_large_titles_keep_their_width(
    page: Page, upstream: FakeWaveSpeed
) -> None:
    with_images(page, (300, 200))
    page.reload()
    page.evaluate(LARGE)
    assert page.locator("h1").evaluate(WIDTH) > 300
    page.goto("/runs/")
    page.evaluate(LARGE)
    assert page.locator(".row .cell-prompt").first.evaluate(WIDTH) > 250


def test_a_long_tag_stays_in_its_panel(page: Page, upstream: FakeWaveSpeed) -> None:
    with_images(page, (300, 200))
    page.reload()
    page.click(".result-footer a:has-text('Open') >> nth=0")
    page.fill("#run-tag", "W" * 40)
    page.click(".tag-form .button")
    expect(page.locator(".tags .badge")).to_have_count(1)
    sheet, tag = (page.locator(it).bounding_box() for it in (".panel:has(.tags)", ".tags li"))
    assert sheet
    assert tag
    assert tag["x"] + tag["width"] <= sheet["x"] + sheet["width"]


@pytest.mark.parametrize("width", [320, 480, 700])
def test_on_a_phone_the_files_of_history_are_in_sight(
    page: Page, upstream: FakeWaveSpeed, width: int
) -> None:
    with_images(page, (300, 200))
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/runs/")
    page.click("#export-all summary")
    panel = page.locator("#export-all .bulk-panel").bounding_box()
    assert panel
    assert panel["x"] >= 0
    assert panel["x"] + panel["width"] <= width


def test_on_paper_there_is_the_answer_and_nothing_to_press(
    page: Page, upstream: FakeWaveSpeed
) -> None:
    with_images(page, (300, 200))
    page.reload()
    for path in (page.url, "/runs/"):
        page.goto(path)
        page.emulate_media(media="print")
        assert page.evaluate(SEEN, ".topbar, .button, .run-bar, .bulk-bar, [role=switch]") == []
        page.emulate_media(media="screen")


def test_examples_keep_their_pictures_in_forced_colours(page: Page) -> None:
    page.emulate_media(forced_colors="active")
    page.goto("/")
    drawn = "node => getComputedStyle(node).backgroundImage"
    assert page.locator(".starter .picture").first.evaluate(drawn) != "none"


def test_a_long_name_of_a_file_keeps_its_extension(page: Page, upstream: FakeWaveSpeed) -> None:
    page.goto(f"/?prompt=Long&model={FLASH}")
    page.set_input_files(
        "[data-file] >> nth=0",
        {"name": f"{'long ' * 46}.png", "mimeType": "image/png", "buffer": png()},
    )
    page.wait_for_selector(".tray-image [name=tray]:enabled", state="attached")
    page.click(".run-bar [type=submit]")
    page.wait_for_url("**/runs/*-*/")
    page.reload()
    name = page.locator("a[data-view]").first.get_attribute("data-view") or ""
    assert (len(name), name[-4:]) == (200, ".png")
