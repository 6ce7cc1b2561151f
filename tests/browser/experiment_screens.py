"""Screens of experiments and test sets, of evidence, further questions, schemas, PDF and edits."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.browser.experiment import answer
from tests.browser.product import FLASH, GPT, HAIKU
from tests.browser.receipts import RECEIPTS, table
from tests.browser.screen import Screen
from tests.imaging import pdf_makers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.browser.product import Product
    from tests.fakes.wavespeed import FakeWaveSpeed

QUESTION = "Total of {{shop}}?"
OBJECT = """{{"merchant": "Karlssons Bageri", "total": {},
  "lines": [{{"item": "Oat milk", "price": 67.5}}]}}"""


def experiment_screens(real: Product, fake: FakeWaveSpeed) -> Iterator[Screen]:
    yield Screen("imports", f"{real.url}/imports/")
    yield Screen("import-columns", f"{real.url}/imports/", _look_at_a_table)
    yield Screen("test-sets", f"{real.url}/test-sets/")
    fake.configure(sync=True, answer=lambda body: answer(body, body["model"]))
    started = _start(real)
    path, number = f"/compare/{started['id']}/", started["test_set"]["id"]
    page = real.url + path
    yield Screen("test-set", f"{real.url}/test-sets/{number}/")
    new = f"{real.url}/experiments/new/?test_set={number}&prompt={QUESTION}&model={FLASH}"
    yield Screen("experiment-new", f"{new}&model={GPT}")
    yield Screen("experiment", page)
    yield Screen("experiment-wrong", f"{page}?show=wrong&a=0&b=1")
    yield Screen("experiment-case", f"{page}cases/1/")
    yield Screen("shared-experiment", real.url + real.share(path))


def asking_screens(real: Product, fake: FakeWaveSpeed) -> Iterator[Screen]:
    fake.configure(answer={FLASH: OBJECT.format(429.57), GPT: OBJECT.format(429.75)})
    run = real.ended(real.press("What is the total?", FLASH, tray=["example:receipt"]))
    yield Screen("ask-further", real.url + run, lambda page: page.click("#ask > summary"))
    compared = real.ended(real.press("Read it as JSON.", FLASH, GPT, tray=["example:receipt"]))
    yield Screen("fields", real.url + compared)
    yield Screen("pdf-pages", real.url, _choose_pages)
    yield Screen("image-edit", real.url, _change_an_image)


def _start(real: Product) -> Any:
    """Forty receipts, three models, two prompts, told apart by a rule; returns its JSON."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for one in RECEIPTS:
            (folder / one.name).write_bytes(one.drawn())
        (folder / "cases.csv").write_bytes(table())
        twice = f"{QUESTION} Look twice."
        variants = [{"model": one} for one in (FLASH, GPT, HAIKU)]
        asked = {
            "name": "Totals on receipts",
            "prompt": QUESTION,
            "variants": [*variants, *(one | {"prompt": twice} for one in variants)],
            "marks": [{"rule": "number", "within": 0.005}],
        }
        (folder / "totals.json").write_text(json.dumps(asked))
        words = (str(folder / "totals.json"), "--cases", str(folder / "cases.csv"), "--yes")
        printed = real.manage("experiment", *words, "--json")
    return json.loads(printed)


def _look_at_a_table(page: Page) -> None:
    page.set_input_files(
        "#files", {"name": "totals.csv", "mimeType": "text/csv", "buffer": table()}
    )
    page.get_by_role("button", name="Look at the file").click()
    page.wait_for_selector("#columns-title")


def _choose_pages(page: Page) -> None:
    report = {"name": "report.pdf", "mimeType": "application/pdf", "buffer": pdf_makers.pdf(20)}
    page.set_input_files("[data-file] >> nth=0", report)
    page.get_by_role("checkbox", name="Page 3", exact=True).check()


def _change_an_image(page: Page) -> None:
    image = {"name": "a.png", "mimeType": "image/png", "buffer": RECEIPTS[0].drawn()}
    page.set_input_files("[data-file] >> nth=0", image)
    page.get_by_role("button", name="Change image 1").click()
    page.wait_for_selector("dialog[open] [data-stage] svg")
