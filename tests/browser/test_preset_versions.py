"""Versions of a preset: what differs, two side by side, and one brought back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_a_version_is_kept_compared_put_beside_and_brought_back(page: Page) -> None:
    page.goto("/?prompt=Read+the+receipt")
    page.get_by_role("button", name="Save as preset").click()
    expect(page.locator(".notice[role=status]")).to_contain_text("Saved as preset")
    page.goto("/presets/")
    page.get_by_role("link", name="Use").first.click()
    page.locator(".run-bar [type=submit]").click()
    page.wait_for_url("**/runs/*/")
    page.fill("#prompt", "Read the whole receipt")
    page.get_by_role("button", name="Save changes").click()
    page.get_by_role("link", name="version 2").click()
    expect(page.locator(".pair-text ins")).to_have_text("whole")
    page.get_by_label("Version 2 as the second").focus()
    expect(page.get_by_label("Version 1 as the first")).to_be_checked()
    page.get_by_role("button", name="Side by side").click()
    expect(page.locator("[name=prompt]")).to_have_count(2)
    page.go_back()
    page.get_by_role("button", name="Bring back version 1").click()
    expect(page.get_by_role("status").first).to_contain_text("Version 3 is as version 1 was")
    page.get_by_role("link", name="Use version 3").click()
    expect(page.locator("#prompt")).to_have_value("Read the receipt")
