"""The composer in every state that a person can reach: what it says is what a press starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.test_matrix import fill, press_and_confirm
from tests.conftest import FLASH, GPT, HAIKU
from tests.servers.processes import until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.fakes.wavespeed import FakeWaveSpeed
    from tests.product import Server

SPENDS = "document.activeElement.matches('.run-bar [type=submit]')"


def choose(page: Page, *models: str) -> None:
    page.locator(".model-picker").evaluate("picker => { picker.open = true }")
    for model in models:
        page.check(f"input[value='{model}']")


def says(page: Page, words: str) -> None:
    expect(page.locator(".run-cost")).to_contain_text(words)


def test_a_reload_says_what_is_ticked(page: Page, upstream: FakeWaveSpeed) -> None:
    page.goto("/")
    choose(page, GPT, HAIKU)
    says(page, "3 runs")
    page.reload()
    says(page, "3 runs")
    expect(page.locator(".chip")).to_have_count(3)
    expect(page.get_by_role("button", name="Run 3 models")).to_be_visible()


def test_back_says_what_the_browser_filled_in_again(page: Page, upstream: FakeWaveSpeed) -> None:
    page.goto(f"/?prompt=Why&model={FLASH}")
    page.locator(".disclosure", has_text="More parameters").evaluate("fold => { fold.open = true }")
    page.fill("#repeats", "4")
    page.locator("[name=temperature_mode][value=custom]").check(force=True)
    page.locator("#temperature").fill("0.3")
    says(page, "4 runs")
    page.goto("/models/")
    page.go_back()
    says(page, "4 runs")
    expect(page.locator("output[for=temperature]")).to_have_text("0.3")


def test_a_press_of_more_than_the_page_says_is_not_sent(
    page: Page, upstream: FakeWaveSpeed
) -> None:
    page.goto("/?prompt=Why")
    says(page, "1 run")
    page.route("**/selection/**", lambda route: route.abort())
    page.evaluate("document.querySelectorAll('[name=models]').forEach((b, n) => b.checked = n < 3)")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("The page said 1 run. This is 3 runs")
    assert (page.evaluate(SPENDS), upstream.submissions) == (False, [])
    width = "node => node.clientWidth"
    bar = page.locator(".run-bar")
    assert bar.locator(".notice").evaluate(width) > 0.85 * bar.evaluate(width)
    page.get_by_role("button", name="Run 3 models").click()
    expect(page.locator("#cells > .result")).to_have_count(3)


@pytest.mark.parametrize("field", ["#sweep-values", "#repeats", "#max-tokens", "[name=models]"])
def test_enter_in_a_field_starts_nothing(page: Page, upstream: FakeWaveSpeed, field: str) -> None:
    page.goto("/?prompt=Why")
    asked: list[str] = []
    page.on("request", lambda one: one.method == "POST" and asked.append(one.url))
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    page.locator("[name=tokens_mode][value=custom]").check(force=True)
    page.locator(field).last.press("Enter")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#results-title")).to_be_focused()
    assert len(asked) == 1


def test_enter_on_a_box_adds_no_model(page: Page, upstream: FakeWaveSpeed) -> None:
    page.goto(f"/?prompt=More&model={FLASH}&model={GPT}")
    page.click(".run-bar [type=submit]")
    page.get_by_role("link", name="Compare full width").click()
    page.locator("[data-open=add-model]").click()
    page.locator("#add-model").get_by_role("checkbox", name="claude-3-haiku").check()
    page.keyboard.press("Enter")
    expect(page.locator("#add-model")).to_be_visible()
    page.reload()
    expect(page.locator("#cells > .result")).to_have_count(2)


def test_a_draft_stays_at_the_address_it_was_typed_on(page: Page, upstream: FakeWaveSpeed) -> None:
    page.goto("/")
    page.fill("#prompt", "Mine")
    page.click("text=Read a receipt")
    page.wait_for_url("**/?example=receipt")
    page.fill("#prompt", "About the receipt")
    page.get_by_role("link", name="Playground", exact=True).click()
    expect(page.locator("#prompt")).to_have_value("Mine")
    expect(page.locator(".tray-image")).to_have_count(0)
    page.go_back()
    expect(page.locator("#prompt")).to_have_value("About the receipt")
    expect(page.locator(".tray-image")).to_have_count(1)


def test_an_example_that_was_changed_opens_fresh_and_back_has_the_change(
    page: Page, upstream: FakeWaveSpeed
) -> None:
    page.goto("/?example=chart")
    page.fill("#prompt", "Changed")
    page.goto("/models/")
    page.goto("/?example=chart")
    expect(page.locator("#prompt")).not_to_have_value("Changed")
    page.go_back()
    page.go_back()
    expect(page.locator("#prompt")).to_have_value("Changed")


def test_back_from_a_matrix_asks_anew(page: Page, upstream: FakeWaveSpeed) -> None:
    fill(page, 2, FLASH)
    press_and_confirm(page, 2)
    first = page.url
    page.go_back()
    says(page, "2 runs")
    press_and_confirm(page, 2)
    assert page.url != first


def test_a_form_as_the_browser_kept_it_says_that_it_was_sent(
    page: Page, upstream: FakeWaveSpeed
) -> None:
    page.goto("/?prompt=Why")
    kept = page.request.get("/?prompt=Why").text()
    page.route("**/?prompt=Why", lambda route: route.fulfill(body=kept, content_type="text/html"))
    page.reload()
    page.click(".run-bar [type=submit]")
    expect(page.locator("#results-title")).to_be_focused()
    page.goto("/?prompt=Why")
    expect(page.locator(".run-bar")).to_contain_text(
        "This form was sent before: see what it started"
    )
    page.click(".run-bar [type=submit]")
    until(lambda: len(upstream.submissions) == 2, "both presses are at the provider")


def test_a_browser_that_keeps_the_page_asks_anew_as_well(
    page: Page, upstream: FakeWaveSpeed
) -> None:
    fill(page, 2, FLASH)
    page.get_by_role("button", name="Run 2").click()
    expect(page.locator("#confirm-title")).to_be_focused()
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(page.locator(".run-cost")).to_be_focused()
    expect(page.locator(".composer-body[inert]")).to_have_count(0)


def test_a_typed_model_survives_a_reload(page: Page, upstream: FakeWaveSpeed) -> None:
    page.goto("/")
    choose(page)
    page.get_by_label("Another model").fill("acme/new")
    page.get_by_label("Another model").press("Tab")
    says(page, "2 runs")
    page.reload()
    says(page, "2 runs")
    expect(page.locator("[name=models][placeholder]")).to_have_value("acme/new")


def test_without_script_three_ticked_models_are_confirmed(
    chrome: Browser, server: Server, upstream: FakeWaveSpeed
) -> None:
    context = chrome.new_context(base_url=server.url, java_script_enabled=False)
    plain = context.new_page()
    plain.goto("/?prompt=Why")
    plain.click(".model-picker summary")
    for model in (GPT, HAIKU):
        plain.check(f"input[value='{model}']")
    plain.press(f"input[value='{HAIKU}']", "Enter")
    plain.click(".run-bar [type=submit]")
    expect(plain.locator(".confirm")).to_contain_text("The page said 1 run. This is 3 runs")
    plain.get_by_role("button", name="Run 3").click()
    expect(plain.locator("#cells > .result")).to_have_count(3)
    context.close()
