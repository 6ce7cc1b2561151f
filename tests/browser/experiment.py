"""An experiment on forty receipts, run as a person does, models being right on known shares."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from tests.browser.product import FLASH, GPT, HAIKU
from tests.browser.receipts import RECEIPTS, table

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.fakes.wavespeed import FakeWaveSpeed

MODELS = (FLASH, GPT, HAIKU)
# The first receipts that each is wrong about, by model and by whether it is told to look twice.
WRONG = {
    (FLASH, False): 12,
    (FLASH, True): 8,
    (GPT, False): 3,
    (GPT, True): 0,
    (HAIKU, False): 20,
    (HAIKU, True): 20,
}
TWICE = "Look twice."


def answer(body: dict[str, Any], model: str) -> str:
    prompt = body["prompt"]
    number = int(re.findall(r"Shop (\d+)", prompt)[0])
    is_wrong = number < WRONG[model, TWICE in prompt]
    total = float(RECEIPTS[number].total)
    return f"The total is {total + 0.9 * is_wrong:.2f}."


def run_experiment(page: Page, upstream: FakeWaveSpeed) -> None:
    """Leave the browser on the page of the experiment, once it has ended."""
    upstream.configure(sync=True, answer=lambda body: answer(body, body["model"]))
    page.goto("/imports/")
    images = [file(one.name, "image/png", one.drawn()) for one in RECEIPTS]
    page.locator("#files").set_input_files([file("totals.csv", "text/csv", table()), *images])
    page.get_by_role("button", name="Look at the file").click()
    expect(page.locator(".import-bar")).to_contain_text("40 of 40 rows are ready.")
    page.get_by_role("button", name="Bring in the cases").click()
    page.wait_for_url("**/test-sets/*/")
    address = page.url.rstrip("/").rpartition("/")[2]
    models = "&".join(f"model={one}" for one in MODELS)
    page.goto(f"/experiments/new/?test_set={address}&prompt=Total of {{{{shop}}}}?&{models}")
    page.get_by_role("button", name="Add a prompt").click()
    expect(page.get_by_label("Prompt 2", exact=True)).to_be_focused()
    page.keyboard.type(f"Total of {{{{shop}}}}? {TWICE}")
    page.get_by_label("Rule 1").select_option("number")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#confirm-title")).to_be_focused()
    page.locator(".confirm").get_by_role("button", name="Run 240").click()
    page.wait_for_url("**/compare/*/")
    expect(page.locator(".experiment-facts")).to_contain_text("240 of 240 completed")


def file(name: str, kind: str, data: bytes) -> Any:
    return {"name": name, "mimeType": kind, "buffer": data}
