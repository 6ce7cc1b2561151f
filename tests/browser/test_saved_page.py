"""A saved run or comparison opens from a disk: no request, no complaint, light and dark."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import requests
from playwright.sync_api import expect

from tests.browser.screens import RICH
from tests.conftest import FLASH, GPT
from tests.patience import PATIENCE_SECONDS

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.fakes.wavespeed import FakeWaveSpeed
    from tests.product import Server


GROUND = {"light": "rgb(247, 248, 250)", "dark": "rgb(12, 14, 18)"}


@pytest.fixture(params=[[FLASH], [FLASH, GPT]], ids=["run", "comparison"])
def saved(
    request: pytest.FixtureRequest,
    page: Page,
    server: Server,
    upstream: FakeWaveSpeed,
    tmp_path: Path,
) -> Path:
    """A file as the browser would keep it, with a picture, a table, maths and code."""
    upstream.configure(answer=lambda _: RICH)
    models = "".join(f"&model={model}" for model in request.param)
    page.goto(f"/?example=receipt{models}")
    page.click(".run-bar button")
    page.wait_for_url(re.compile("/(runs|compare)/.+"))
    expect(page.locator(".result[aria-busy]")).to_have_count(0)
    file = tmp_path / "saved.html"
    file.write_bytes(requests.get(page.url.rstrip("/") + ".html", timeout=PATIENCE_SECONDS).content)
    return file


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_opens_from_the_disk_by_itself(chrome: Browser, saved: Path, scheme: str) -> None:
    context = chrome.new_context(color_scheme=scheme, service_workers="block")  # type: ignore[arg-type]
    page, asked, said = context.new_page(), list[str](), list[str]()
    page.on("request", lambda one: asked.append(one.url))
    page.on("console", lambda one: said.append(one.text))
    page.on("pageerror", lambda one: said.append(str(one)))
    page.goto(saved.as_uri())
    page.evaluate("document.fonts.ready")
    ground = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    drawn = page.evaluate("[...document.images].every((one) => one.naturalWidth > 100)")
    faces = "[...document.fonts].filter((one) => one.status == 'loaded').map((one) => one.family)"
    loaded = {name.strip('"') for name in page.evaluate(faces)}
    context.close()
    assert [url for url in asked if not url.startswith("data:")] == [saved.as_uri()]
    assert said == []
    assert ground == GROUND[scheme]
    assert (drawn, loaded >= {"Geist", "Geist Mono"}) == (True, True)
