"""Setting up an experiment in the browser: from a test set to its runs, with and without script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.axe import looks, violations
from tests.browser.kept_sets import keep_test_set
from tests.conftest import FLASH, GPT, HAIKU
from tests.servers.processes import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.fakes.wavespeed import FakeWaveSpeed
    from tests.product import Server

NEW = "/experiments/new/"
QUESTION = "What is {{what}}?"


@pytest.fixture
def filled(page: Page, upstream: FakeWaveSpeed) -> Page:
    """The form with a test set of two cases, three models and two prompts."""
    upstream.configure(answer="It is 1.50 in all.")
    address = keep_test_set(page, "Totals on receipts", ["0.50", "1.50"])
    models = "&".join(f"model={one}" for one in (FLASH, GPT, HAIKU))
    page.goto(f"{NEW}?test_set={address.split('/')[2]}&prompt={QUESTION}&{models}")
    page.get_by_role("button", name="Add a prompt").click()
    expect(page.get_by_label("Prompt 2", exact=True)).to_be_focused()
    page.keyboard.type(f"{QUESTION} Look twice.")
    return page


def test_three_models_and_two_prompts_are_started(filled: Page, upstream: FakeWaveSpeed) -> None:
    expect(filled.locator("#prompt-2-words")).to_have_text("2 words more: Look twice.")
    expect(filled.locator(".run-cost")).to_contain_text("2 images × 6 variants: 3 models, 2")
    filled.keyboard.press("Control+Enter")
    expect(filled.locator("#confirm-title")).to_be_focused()
    expect(filled.locator(".confirm")).to_contain_text("Start 12 runs?")
    assert upstream.submissions == []
    filled.get_by_role("button", name="Run 12").click()
    filled.wait_for_url("**/compare/*/")
    expect(filled.locator("h1")).to_have_text("Totals on receipts")
    until(lambda: len(upstream.submissions) == 12, "all runs are at the provider")
    prompts = [one.body["prompt"] for one in upstream.submissions]
    assert prompts.count("What is total 1? Look twice.") == 3


def test_rules_are_set_and_tried_while_typing(filled: Page) -> None:
    filled.get_by_label("Rule 1").select_option("number")
    filled.get_by_label("How far off").fill("0.2")
    filled.get_by_label("Try", exact=True).fill("About 0.6 in all")
    expect(filled.locator("#tried")).to_have_text("read 0.6, expected 0.50: right")
    filled.get_by_label("expected", exact=True).fill("0.9")
    expect(filled.locator("#tried")).to_contain_text("read 0.6, expected 0.9: wrong.")


def test_going_back_from_the_question_keeps_the_form(filled: Page) -> None:
    filled.keyboard.press("Control+Enter")
    expect(filled.locator("#confirm-title")).to_be_focused()
    filled.keyboard.press("Escape")
    expect(filled.locator(".setup-body")).not_to_have_attribute("inert", "")
    expect(filled.get_by_label("Prompt 2", exact=True)).to_have_value(f"{QUESTION} Look twice.")
    expect(filled.get_by_role("button", name="Run 12")).to_be_visible()


def test_a_reload_keeps_what_was_typed(filled: Page) -> None:
    filled.get_by_label("Rule 1").select_option("number")
    filled.get_by_label("How far off").fill("0.2")
    filled.reload()
    expect(filled.get_by_label("How far off")).to_have_value("0.2")
    expect(filled.get_by_label("Prompt 2", exact=True)).to_have_value(f"{QUESTION} Look twice.")
    expect(filled.get_by_role("button", name="Run 12")).to_be_visible()


def test_going_back_from_the_experiment_says_that_the_form_was_sent(filled: Page) -> None:
    filled.keyboard.press("Control+Enter")
    filled.get_by_role("button", name="Run 12").click()
    filled.wait_for_url("**/compare/*/")
    filled.go_back()
    expect(filled.locator(".run-bar")).to_contain_text("This form was sent before")
    expect(filled.get_by_label("Prompt 2", exact=True)).to_have_value(f"{QUESTION} Look twice.")
    with filled.expect_response(lambda one: one.request.method == "POST"):  # a sum drawn anew
        filled.get_by_label("Prompt 2", exact=True).type("!")
    expect(filled.locator(".run-bar")).to_contain_text("This form was sent before")


def test_a_variable_that_no_case_has_is_refused_beside_its_prompt(filled: Page) -> None:
    filled.get_by_label("Prompt 2", exact=True).fill("Which {{shop}}?")
    filled.keyboard.press("Control+Enter")
    expect(filled.locator("#prompt-error")).to_contain_text("{{shop}} is a variable that no case")
    expect(filled.get_by_label("Prompt 2", exact=True)).to_have_value("Which {{shop}}?")


def test_axe_finds_nothing(filled: Page) -> None:
    filled.get_by_text("More that can vary").click()
    filled.get_by_label("Try", exact=True).fill("1.50")
    expect(filled.locator("#tried .verdict")).to_be_visible()
    for look in looks(filled):
        assert violations(filled) == "", look
    filled.keyboard.press("Control+Enter")
    expect(filled.locator("#confirm-title")).to_be_focused()
    for look in looks(filled):
        assert violations(filled) == "", look


@pytest.fixture
def plain(chrome: Browser, server: Server) -> Iterator[Page]:
    context = chrome.new_context(base_url=server.url, java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_the_whole_way_without_script(plain: Page, upstream: FakeWaveSpeed) -> None:
    address = keep_test_set(plain, "Totals, plainly", ["0.50"])
    plain.goto(f"{NEW}?test_set={address.split('/')[2]}")
    plain.get_by_label("Prompt", exact=True).fill(QUESTION)
    plain.get_by_label("Rule 1").select_option("number")
    plain.get_by_role("button", name="Show the settings").click()
    plain.get_by_label("How far off").fill("1")
    plain.get_by_label("Try", exact=True).fill("1.20")
    plain.get_by_role("button", name="Try").click()
    expect(plain.locator("#tried")).to_have_text("read 1.20, expected 0.50: right")
    plain.get_by_role("button", name="Run 1").click()
    expect(plain.locator("#confirm-title")).to_have_text("Start 1 run?")
    plain.locator(".confirm").get_by_role("button", name="Run 1").click()
    plain.wait_for_url("**/compare/*/")
    until(lambda: len(upstream.submissions) == 1, "the run is at the provider")
    assert upstream.submissions[0].body["prompt"] == "What is total 0?"
