"""WaveSpeedAI's LLM service in a real browser: set up by one press, compared with the other way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.test_follow_ups import ENDED, json_tab
from tests.conftest import GPT

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.fakes.wavespeed import FakeWaveSpeed


def test_both_ways_of_one_model_stand_side_by_side(page: Page, upstream: FakeWaveSpeed) -> None:
    upstream.configure(offered=[{"id": GPT, "pricing": {"prompt": "2e-6", "completion": "8e-6"}}])
    page.goto("/settings/")
    page.click("[action$='/llm-service/'] button")
    expect(page.locator("#server-wavespeedai-llm")).to_contain_text("1 model listed")
    page.goto(f"/?prompt=Which&model={GPT}&model={GPT}@wavespeedai-llm")
    option = page.locator(f"label:has([value='{GPT}@wavespeedai-llm'])")
    assert "$2.00 / $8.00" in (option.text_content() or "")
    page.click(".run-bar [type=submit]")
    expect(page.locator(".result .status-completed")).to_have_count(2)
    page.locator(".result-footer a:has-text('Open')").last.click()
    expect(page.locator(ENDED)).to_be_visible()
    assert json.dumps(json_tab(page)).encode() in upstream.bodies
