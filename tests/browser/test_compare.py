"""The Compare screen in a browser: keys, the switch, the best answer, runs ticked in History."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.conftest import FLASH, GPT, HAIKU
from tests.fakes.wavespeed import FakeWaveSpeed, Fault

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture
def compared(page: Page, upstream: FakeWaveSpeed) -> Page:
    """Three answers beside each other, one of which disagrees."""
    upstream.configure(answer={FLASH: "Total: 41.20", GPT: "Total: 41.20", HAIKU: "Total: 47.20"})
    page.goto(f"/?example=receipt&model={FLASH}&model={GPT}&model={HAIKU}")
    page.click(".run-bar button")
    expect(page.locator("#meter")).to_contain_text("3 of 3 ended")
    page.click("text=Compare full width")
    page.wait_for_url("**/compare/**")
    return page


def test_keys_bring_a_column_to_the_front_and_back(compared: Page) -> None:
    compared.keyboard.press("2")
    expect(compared.locator("#cells > .result:visible")).to_have_count(1)
    compared.keyboard.press("0")
    expect(compared.locator("#cells > .result:visible")).to_have_count(3)


def test_a_column_in_front_stays_there_when_its_answer_comes(
    page: Page, upstream: FakeWaveSpeed
) -> None:
    upstream.configure(delays={GPT: 3600})
    page.goto(f"/?example=receipt&model={FLASH}&model={GPT}")
    page.click(".run-bar button")
    page.click("text=Compare full width")
    expect(page.locator("#meter")).to_contain_text("1 of 2 ended")
    page.keyboard.press("2")
    upstream.configure(delays={})
    expect(page.locator("#cells > .result:visible .prose")).to_be_visible()
    expect(page.locator("#cells > .result:visible")).to_have_count(1)
    page.get_by_role("button", name="Pick as best").click()
    expect(page.locator("#best")).to_be_visible()
    expect(page.locator("#cells > .result:visible")).to_have_count(1)


def test_an_answer_that_was_retried_can_be_the_best(page: Page, upstream: FakeWaveSpeed) -> None:
    upstream.fault("submit", Fault.answer(400), model=GPT)
    page.goto(f"/?example=receipt&model={FLASH}&model={GPT}")
    page.click(".run-bar button")
    page.click("text=Compare full width")
    page.get_by_role("button", name="Retry").press("Enter")
    expect(page.get_by_role("link", name="Open the run of gpt-4o")).to_be_focused()
    expect(page.get_by_role("button", name="Pick as best")).to_have_count(2)
    expect(page.locator("#differences")).to_contain_text("All runs have ended")


def test_what_one_window_changes_comes_to_the_other(page: Page, upstream: FakeWaveSpeed) -> None:
    upstream.fault("submit", Fault.answer(400), model=GPT)
    upstream.configure(delays={HAIKU: 3600}, answer={FLASH: "one", GPT: "two"})
    page.goto(f"/?example=receipt&model={FLASH}&model={GPT}&model={HAIKU}")
    page.click(".run-bar button")
    page.click("text=Compare full width")
    expect(page.locator("#meter")).to_contain_text("2 of 3 ended")
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_role("button", name="Retry").click()
    expect(page.locator("#cells")).to_contain_text("two")
    other.click("text=Add a model")
    other.check(f"#add-model input[value='{FLASH}']")
    other.click("text=Add and run")
    expect(page.locator("#cells .result")).to_have_count(4)


@pytest.mark.parametrize("menu", [".compare-title", ".drop:has(ul)"])
def test_a_menu_is_below_its_button_and_on_the_page(compared: Page, menu: str) -> None:
    compared.click(f"{menu} > summary")
    for width in (390, 719, 1000, 1100, 1440):
        compared.set_viewport_size({"width": width, "height": 844})
        button = compared.locator(f"{menu} > summary").bounding_box()
        box = compared.locator(f"{menu} > .drop-list").bounding_box()
        assert button
        assert box
        assert 0 <= box["x"] <= width - box["width"], width
        assert box["y"] >= button["y"] + button["height"], width


def test_escape_closes_the_menu_of_the_title(compared: Page) -> None:
    compared.click(".compare-title > summary")
    compared.keyboard.press("Escape")
    expect(compared.locator(".compare-title form")).to_be_hidden()
    expect(compared.locator(".compare-title > summary")).to_be_focused()


def test_marks_can_be_switched_off(compared: Page) -> None:
    mark = compared.locator("mark.diff")
    shown = mark.evaluate("node => getComputedStyle(node).textDecorationLine")
    compared.locator("#highlight").uncheck()
    hidden = mark.evaluate("node => getComputedStyle(node).textDecorationLine")
    assert (shown, hidden) == ("underline", "none")


def test_the_best_answer_is_picked_without_leaving_the_page(compared: Page) -> None:
    compared.get_by_role("button", name="Pick as best").first.click()
    expect(compared.locator("#best")).to_contain_text("Best answer:")
    expect(compared.locator(".pick[aria-pressed=true]")).to_have_count(1)


def test_a_model_is_added_and_answers_beside_the_others(
    compared: Page, upstream: FakeWaveSpeed
) -> None:
    compared.click("text=Add a model")
    compared.check(f"#add-model input[value='{FLASH}']")
    compared.click("text=Add and run")
    expect(compared.locator("#meter")).to_contain_text("4 of 4 ended")
    expect(compared.locator("#differences")).to_contain_text("All runs have ended")
    assert len(upstream.submissions) == 4


def test_text_selected_in_a_finished_card_survives_the_others(
    page: Page, upstream: FakeWaveSpeed
) -> None:
    upstream.configure(delays={GPT: 3600}, answer={FLASH: "Select these words", GPT: "late"})
    page.goto(f"/?example=receipt&model={FLASH}&model={GPT}")
    page.click(".run-bar button")
    page.locator(".prose >> text=Select these words").dblclick()
    selected = page.evaluate("getSelection().toString()")
    upstream.configure(delays={})
    expect(page.locator("#meter")).to_contain_text("2 of 2 ended")
    assert selected
    assert page.evaluate("getSelection().toString()") == selected


def test_runs_ticked_in_history_stand_side_by_side(page: Page, upstream: FakeWaveSpeed) -> None:
    for prompt in ("First of two", "Second of two"):
        page.goto("/")
        page.fill("#prompt", prompt)
        page.click(".run-bar button")
        expect(page.locator(".result .prose")).to_be_visible()
    page.goto("/runs/?q=of+two")
    expect(page.locator(".bulk-bar")).to_be_hidden()
    for row in page.locator(".row-check").all()[:2]:
        row.check()
    page.click("#ticked [value=compare]")
    page.wait_for_url(re.compile(r"/compare/\?run="))
    expect(page.locator("#cells > .result")).to_have_count(2)
