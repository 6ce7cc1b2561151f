"""Formulas and directions as a browser draws them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.conftest import FLASH

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.fakes.wavespeed import FakeWaveSpeed

ANSWER = r"""The answer is $\boxed{42}$, since $\frac{\cancel{6}x}{\cancel{6}}=x$.

$$\left[\begin{array}{c|c} 1 & 2 \\ \hline 3 & 4 \end{array}\right]$$

السعر هو:"""


@pytest.fixture
def answered(page: Page, upstream: FakeWaveSpeed) -> Page:
    upstream.configure(answer={FLASH: ANSWER})
    page.goto("/?example=chart")
    page.click(".run-bar button")
    expect(page.locator(".result .prose math").first).to_be_visible()
    return page


def test_boxes_strokes_lines_and_directions_are_drawn(answered: Page) -> None:
    expect(answered.locator(".maths-box")).to_have_css("border-top-width", "1px")
    stroke = answered.locator(".maths-up").first
    assert "linear-gradient" in stroke.evaluate("one => getComputedStyle(one).backgroundImage")
    expect(answered.locator("mtd.maths-line-right").first).to_have_css("border-right-width", "1px")
    expect(answered.locator("mtd.maths-line-top").first).to_have_css("border-top-width", "1px")
    expect(answered.locator(".prose p", has_text="السعر")).to_have_css("direction", "rtl")


def test_an_item_of_another_direction_than_its_list_has_room_for_its_mark(
    page: Page, upstream: FakeWaveSpeed
) -> None:
    upstream.configure(answer={FLASH: "- عنصر\n- iPhone 15\n\n1. First\n2. ثانيا"})
    page.goto("/?example=chart")
    page.click(".run-bar button")
    answer = page.locator(".result .prose").bounding_box()
    item, other = (page.locator(f".prose li[dir={it}]").bounding_box() for it in ("ltr", "rtl"))
    assert answer
    assert item
    assert other
    assert item["x"] >= answer["x"] + 16
    assert other["x"] + other["width"] <= answer["x"] + answer["width"] - 16
