"""Images changed and drawn before they are sent, and what is done with answers, in each engine."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

from playground.imaging import pdf
from playground.imaging.edits import Box, Edit, edited
from tests.browser.kept_readings import ANSWER, keep_readings
from tests.conftest import FLASH, GPT, png
from tests.engines.test_flows import COMPARISON, DONE, ONE_RUN, RUN
from tests.imaging import pdf_makers

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser.product import Product
    from tests.engines.tab import Tab
    from tests.fakes.wavespeed import FakeWaveSpeed

IN_TRAY = "(count) => document.querySelectorAll('.tray-image [name=tray]:enabled').length === count"
LIT = "(count) => document.querySelectorAll('.place.is-lit').length === count"


def sent(tab: Tab, product: Product) -> list[str]:
    """Run what is in the tray; return the hashes of what the provider got, in their order."""
    tab.fill("#prompt", "What is on it?")
    tab.click(RUN)
    tab.see(f".result {DONE}")
    run = product.json(tab.arrive(ONE_RUN).removesuffix("/") + ".json")
    return [one["sent_sha256"] for one in run["images"]]


def test_an_image_is_turned_and_cropped_by_numbers(
    tab: Tab, product: Product, tmp_path: Path
) -> None:
    (tmp_path / "a.png").write_bytes(picture := png("teal", (400, 300)))
    tab.open(f"/?model={FLASH}")
    tab.upload("[data-file]", tmp_path / "a.png")
    tab.until(IN_TRAY, 1)
    tab.click("button", "Change image 1")
    tab.click(".edit-dialog .segmented label", "90° right")
    tab.fill("[name=crop_width]", "100")
    tab.fill("[name=crop_left]", "20")
    tab.click("button", "Use this")
    tab.see_no(".edit-dialog")
    tab.until(IN_TRAY, 1)
    made = edited(picture, Edit(turn=90, crop=Box(20, 0, 100, 400)))[0]
    assert sent(tab, product) == [sha256(made).hexdigest()]


def test_pages_of_a_pdf_are_chosen_and_sent(tab: Tab, product: Product, tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(report := pdf_makers.pdf(3))
    tab.open(f"/?model={FLASH}")
    tab.upload("[data-file]", tmp_path / "report.pdf")
    tab.see(".pdf-dialog", "3 pages")
    tab.click(".pdf-page", "2")
    tab.see("[data-pages-count]", "1 of at most 16")
    tab.click("button", "Add 1 page")
    tab.until(IN_TRAY, 1)
    drawn = [sha256(page.data).hexdigest() for page in pdf.draw(report, [2], 150)]
    assert sent(tab, product) == drawn


def test_a_further_question_is_asked(tab: Tab, product: Product, upstream: FakeWaveSpeed) -> None:
    upstream.configure(answer=lambda _: "Five.")
    first = product.ended(product.press("How many lines?"))
    tab.open(first)
    tab.click("#ask > summary")
    tab.fill("#next-question", "Do they add up?")
    tab.click("#ask button", "Ask")
    tab.until("(first) => location.pathname !== first", first)
    tab.arrive(ONE_RUN)
    tab.see(f"#run-page {DONE}")
    tab.see(".run-follows", "Question 2 of this exchange")
    prompt = upstream.submissions[-1].body["prompt"]
    assert prompt.endswith(
        "Question 1\nHow many lines?\n\nAnswer 1\nFive.\n\nQuestion 2\nDo they add up?"
    )


def test_answers_of_a_schema_are_a_table_of_fields(
    tab: Tab, product: Product, upstream: FakeWaveSpeed
) -> None:
    said = {FLASH: {"shop": "Dune", "total": 41.2}, GPT: {"shop": "Dune", "total": 47.2}}
    upstream.configure(answer={model: json.dumps(one) for model, one in said.items()})
    schema = json.dumps({"type": "object", "required": ["total"]})
    tab.open(product.ended(product.press("Read it", FLASH, GPT, response_schema=schema)))
    tab.see(".fields thead", "Schema")
    tab.see(".fields tbody tr", "47.2")
    tab.see(".fields tbody tr", "Dune")
    tab.click(".switch-label", "Only what differs")
    tab.see_no(".fields tbody tr", "Dune")
    tab.click(".fields-bar label", "Answers")
    tab.see_no(".fields")
    tab.see("[data-columns] > .result", times=2)


def test_a_value_of_an_answer_lights_its_place_on_the_image(
    tab: Tab, product: Product, upstream: FakeWaveSpeed
) -> None:
    upstream.configure(answer=lambda _: ANSWER)
    run = product.ended(product.press("Read it", tray=["example:receipt"]))
    keep_readings(product.folder)
    tab.open(run)
    tab.click(".prose a.evidence", "46.03")
    tab.until(LIT, 1)
    tab.see(".evidence-line", "46.03 · line 14")
    tab.press("Escape")
    tab.until(LIT, 0)


def test_answers_are_marked_by_keys(tab: Tab, product: Product, upstream: FakeWaveSpeed) -> None:
    upstream.configure(answer={FLASH: "41.20", GPT: "47.20"})
    both = product.ended(product.press("Total?", FLASH, GPT, tray=["example:receipt"]))
    tab.open(both)
    tab.click("a", "Mark the answers")
    tab.click("button", "Mark the answers")
    tab.arrive(COMPARISON)
    tab.click("a", "Mark 1 image")
    tab.see("h1", "Image 1 of 1")
    tab.until("() => document.readyState === 'complete'")  # keys are heard from here on
    tab.press("y")
    tab.press("n")
    tab.see("#marking-progress", "All 1 are marked")
