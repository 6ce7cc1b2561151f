"""Variables in the composer: fields while typing, values into the run, presets by their button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_fields_appear_while_typing_and_their_values_are_run(page: Page) -> None:
    page.goto("/")
    page.fill("#prompt", "Find the {{part}} in {{ place }} {now}")
    names = page.locator(".variable label")
    expect(names).to_have_text(["part", "place"])
    page.get_by_label("part", exact=True).fill("lid")
    page.get_by_label("No variables").check()
    expect(names).to_have_count(0)
    page.get_by_label("No variables").uncheck()
    expect(names).to_have_text(["part", "place"])
    page.fill("#prompt", "Find {{place}}, the {{part}}")
    expect(names).to_have_text(["place", "part"])
    expect(page.get_by_label("part", exact=True)).to_have_value("lid")
    page.reload()
    expect(page.get_by_label("part", exact=True)).to_have_value("lid")
    page.locator(".run-bar [type=submit]").click()
    expect(page.locator("#var-place-error")).to_contain_text("Write a value for place")
    expect(page.get_by_label("place", exact=True)).to_be_focused()
    page.get_by_role("button", name="Save as preset").click()
    expect(page.locator(".notice[role=status]")).to_contain_text("Saved as preset Find {{place}}")
    page.get_by_label("place", exact=True).fill("the box")
    page.locator(".run-bar [type=submit]").click()
    page.wait_for_url("**/runs/*/")
    expect(page.locator("#prompt")).to_have_value("Find {{place}}, the {{part}}")
    page.reload()
    expect(page.locator("h1")).to_have_text("Find the box, the lid")
