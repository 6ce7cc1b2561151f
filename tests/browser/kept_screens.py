"""Screens of what people keep and sort: presets, tags, ticked rows, tokens, servers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.browser.product import Product

ASKS = "Translate the {{what}} on this {{kind_of_thing}} into {{language}}."
ARABIC = "ما المكتوب على {{what}}؟ ترجمها إلى الإنجليزية."
LONG = "Read_every_line_of_it_" * 12


def kept_screens(real: Product, run: str, comparison: str) -> Iterator[Screen]:
    yield Screen("presets-empty", f"{real.url}/presets/")
    for prompt in (ASKS, ARABIC, LONG, "Extract every line item from this receipt."):
        real.post("/presets/", prompt=prompt, models=["google/gemini-2.0-flash-001"])
    yield Screen("presets", f"{real.url}/presets/")
    yield Screen("presets-open", f"{real.url}/presets/", _share_first)
    yield Screen("preset-shared", f"{real.url}/presets/", _open_shared)
    yield Screen("variables", f"{real.url}/?preset=1")
    for action in ("share", "change"):
        real.post(f"/presets/1/{action}/", prompt=f"{ASKS} Be brief.", models=["openai/gpt-4.1"])
    yield Screen("preset-versions", f"{real.url}/presets/1/versions/")
    yield Screen("preset-saved", f"{real.url}/?example=receipt", _save)
    for tag in ("receipts", "a tag of nearly the longest length it has", "فواتير"):
        real.post(f"{run}tag/", tag=tag)
    yield Screen("run-tagged", real.url + run)
    yield Screen(
        "compare-add", real.url + comparison, lambda page: page.click("[data-open=add-model]")
    )
    yield Screen("history-tagged", f"{real.url}/runs/?tag=receipts")
    yield Screen("history-ticked", f"{real.url}/runs/", _tick, whole=False)
    yield Screen("history-tagging", f"{real.url}/runs/", _tag, whole=False)
    yield Screen("history-undo", f"{real.url}/runs/", _delete_last, whole=False)
    yield Screen("tokens-empty", f"{real.url}/tokens/")
    yield Screen("tokens", f"{real.url}/tokens/", _make_token, statuses=(422,))
    server = {
        "server-name": "A server with a rather long name",
        "server-url": "http://127.0.0.1:9/v1",
    }
    real.post("/settings/servers/", **server)
    yield Screen("settings-server", f"{real.url}/settings/", lambda page: page.click("text=Change"))


def _share_first(page: Page) -> None:
    page.locator("summary:has-text('Rename, share')").first.click()
    make = page.get_by_role("button", name="Make a link")
    if make.first.is_visible():
        make.first.click()


def _open_shared(page: Page) -> None:
    _share_first(page)
    page.goto(page.locator("[readonly]").first.input_value())


def _save(page: Page) -> None:
    page.click("text=Save as preset")
    page.wait_for_selector("text=Saved as preset")


def _tick(page: Page) -> None:
    for box in page.locator(".row-check").all()[:2]:
        box.check()


def _tag(page: Page) -> None:
    _tick(page)
    page.locator("#ticked summary").first.click()


def _delete_last(page: Page) -> None:
    page.locator(".row-check").last.check()
    page.locator("#ticked [value=delete]").click()
    page.wait_for_selector(".undo form")


def _make_token(page: Page) -> None:
    page.fill("[name=name]", "nightly receipts")
    page.click("text=Make a token")
