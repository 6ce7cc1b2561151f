"""The whole way of an experiment: cases from files, models right on a known share, figures."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.experiment import MODELS, TWICE, WRONG, run_experiment

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.fakes.wavespeed import FakeWaveSpeed
    from tests.product import Server


@pytest.fixture(scope="module")
def address(server: Server, wavespeed: FakeWaveSpeed, chrome: Browser) -> str:
    """Where an experiment is that has ended."""
    wavespeed.reset()
    page = chrome.new_page(base_url=server.url)
    run_experiment(page, wavespeed)
    found = page.url
    page.close()
    return found


@pytest.fixture
def ended(page: Page, address: str) -> Page:
    page.goto(address)
    return page


RIGHT = {which: 40 - wrong for which, wrong in WRONG.items()}


def test_the_page_says_how_many_each_variant_has_right(ended: Page) -> None:
    rows = ended.locator(".variants tbody tr")
    names, found = (rows.locator(f".cell-{cell}").all_inner_texts() for cell in ("name", "right"))
    told = {
        (next(one for one in MODELS if one.split("/")[1] in name), "Prompt 2" in name): " ".join(
            right.split()
        )
        for name, right in zip(names, found, strict=True)
    }
    assert told == {which: f"{right} of 40" for which, right in RIGHT.items()}


def test_the_csv_has_the_same_figures(ended: Page) -> None:
    text = ended.request.get(f"{ended.url}cells.csv").text()
    cells = list(csv.DictReader(io.StringIO(text)))
    verdict = next(head for head in cells[0] if re.fullmatch("rule 1 .*: verdict", head))
    right = [(one["model"], TWICE in one["prompt"]) for one in cells if one[verdict] == "right"]
    assert (len(cells), Counter(right)) == (240, RIGHT)


def test_the_api_has_the_same_figures(ended: Page) -> None:
    number = ended.url.rstrip("/").rpartition("/")[2]
    ended.goto("/tokens/")
    ended.fill("[name=name]", f"figures of {number}")
    ended.get_by_role("button", name="Make a token").click()
    head = {"Authorization": f"Bearer {ended.locator('#secret').input_value()}"}
    told = ended.request.get(f"/api/experiments/{number}/", headers=head).json()
    found = {(one["model"], TWICE in one["prompt"]): one["right"] for one in told["variants"]}
    assert (found, {one["n"] for one in told["variants"]}) == (RIGHT, {40})


def test_two_variants_are_told_apart_and_their_cases_shown(ended: Page) -> None:
    ended.get_by_label(re.compile("gemini-2.0-flash-001, Prompt 1 is A")).check()
    ended.get_by_label(re.compile("gpt-4o, Prompt 2 is B")).check()
    sentence = ended.locator(".sentence")
    expect(sentence).to_contain_text("12 of 40 images, 0 for A and 12 for B")
    expect(sentence).to_contain_text("B is right more often (p < 0.001")
    ended.locator(".shares-list").get_by_role("link", name="Only B 12").click()
    expect(ended.locator(".case-grid tbody tr")).to_have_count(12)


def test_a_case_is_marked_by_keys_alone(ended: Page) -> None:
    ended.get_by_role("link", name=re.compile("Mark 40 images")).click()
    expect(ended.locator("h1")).to_have_text("Image 1 of 40")
    for key in "ynynyn":
        ended.keyboard.press(key)
    expect(ended.locator("#marking-progress")).to_contain_text("39 of 40 unmarked")
    ended.keyboard.press("Enter")
    expect(ended.locator("h1")).to_have_text("Image 2 of 40")


def test_no_violation_is_found(ended: Page) -> None:
    for address in (
        ended.url,
        f"{ended.url}cases/1/?blind=1",
        f"{ended.url}judge/",
        f"{ended.url}rules/",
    ):
        ended.goto(address)
        assert violations(ended) == ""


def test_a_stranger_reads_the_outcome_without_script(ended: Page, chrome: Browser) -> None:
    ended.goto(f"{ended.url}share/")
    ended.get_by_role("button", name="Make a link").click()
    address = ended.locator(".share-address input").input_value()
    with chrome.new_context(java_script_enabled=False) as stranger:
        page = stranger.new_page()
        page.goto(address)
        expect(page.locator(".variants")).to_contain_text("40 of 40")
        expect(page.locator(".case-grid tbody tr")).to_have_count(40)
    with chrome.new_context(bypass_csp=True) as stranger:
        page = stranger.new_page()
        page.goto(address)
        assert violations(page) == ""
