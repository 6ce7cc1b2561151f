"""A blind comparison in a browser: no name before the reveal, no other vote after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.waiting import reload_until
from tests.conftest import FLASH, GPT, HAIKU

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.fakes.wavespeed import FakeWaveSpeed
    from tests.product import Server

THREE = f"model={FLASH}&model={GPT}&model={HAIKU}"
NAMES = [name for model in (FLASH, GPT, HAIKU) for name in (model, model.partition("/")[2])]


@pytest.fixture
def sealed(page: Page, upstream: FakeWaveSpeed) -> Page:
    """Three answers under letters, on their own page."""
    upstream.configure(answer={FLASH: "A red car", GPT: "A blue car", HAIKU: "A green car"})
    page.goto(f"/?prompt=Which&{THREE}")
    page.check("#blind")
    page.click(".run-bar [type=submit]")
    expect(page.locator("#meter")).to_contain_text("3 of 3 ended")
    page.click("text=Compare full width")
    page.wait_for_url("**/compare/**")
    return page


def named_in(page: Page) -> list[str]:
    """What of the names is in the page, but for the one line that has them by name."""
    page.evaluate("document.querySelector('.blind-names')?.remove()")
    return [name for name in NAMES if name in page.content()]


def test_a_vote_is_kept_as_it_was_when_the_names_were_shown(sealed: Page, server: Server) -> None:
    assert named_in(sealed) == []
    sealed.get_by_role("radio", name="B", exact=True).check()
    sealed.get_by_role("button", name="Vote", exact=True).click()
    expect(sealed.locator("#announcer")).to_have_text("You voted B")
    late = sealed.context.new_page()
    late.goto(sealed.url)
    sealed.get_by_role("button", name="Reveal names").click()
    expect(sealed.locator(".blind-result")).to_contain_text("You voted B:")
    assert set(NAMES) <= set(named_in(sealed))
    late.locator(".blind-vote label", has_text="Tie").click()
    late.get_by_role("button", name="Change vote").click()
    expect(late.locator(".blind-vote")).to_contain_text("The vote is frozen")
    sealed.reload()
    expect(sealed.locator(".blind-result")).to_contain_text("You voted B:")


def test_a_vote_posted_after_the_reveal_is_a_409(sealed: Page) -> None:
    token = sealed.locator(".blind-vote [name=csrfmiddlewaretoken]").input_value()
    sealed.get_by_role("button", name="Reveal without a vote").click()
    expect(sealed.locator(".blind-result")).to_contain_text("nothing counts")
    form = {"vote": "tie", "csrfmiddlewaretoken": token}
    assert sealed.request.post(f"{sealed.url}vote/", form=form).status == 409


def test_a_choice_and_the_focus_survive_answers_that_come_later(
    page: Page, upstream: FakeWaveSpeed
) -> None:
    upstream.configure(delays={GPT: 3600})
    page.goto(f"/?prompt=Which&{THREE}&blind=1")
    page.click(".run-bar [type=submit]")
    expect(page.locator(".blind-vote label")).to_have_count(4)
    page.locator(".blind-vote [name=vote]").first.check()
    chosen = page.evaluate("document.activeElement.id")
    upstream.configure(delays={})
    expect(page.locator(".blind-vote label")).to_have_count(5)
    expect(page.locator(f"#{chosen}")).to_be_checked()
    assert page.evaluate("document.activeElement.id") == chosen


def test_back_puts_no_choice_on_an_answer_that_came_meanwhile(
    page: Page, upstream: FakeWaveSpeed
) -> None:
    upstream.configure(delays={GPT: 3600})
    page.goto(f"/?prompt=Which&{THREE}&blind=1")
    page.click(".run-bar [type=submit]")
    page.click("text=Compare full width")
    expect(page.locator(".blind-vote label")).to_have_count(4)
    page.get_by_role("radio", name="Tie").check()
    address = page.url
    page.goto("/models/")
    upstream.configure(delays={})
    other = page.context.new_page()
    other.goto(address)
    expect(other.locator(".blind-vote label")).to_have_count(5)
    page.go_back()
    expect(page.locator(".blind-vote label")).to_have_count(5)
    expect(page.locator(".blind-vote :checked")).to_have_count(0)


def test_the_switch_is_there_where_several_columns_will_run(
    page: Page, upstream: FakeWaveSpeed
) -> None:
    page.goto(f"/?prompt=Which&model={FLASH}")
    expect(page.locator("#blind-choice")).to_be_hidden()
    page.click(".model-picker summary")
    page.check(f"input[value='{GPT}']")
    page.check("#blind")
    page.check(f"input[value='{HAIKU}']")
    expect(page.locator(".chip")).to_have_count(3)
    expect(page.locator("#blind")).to_be_checked()


def test_without_script_it_is_a_form_like_any_other(
    chrome: Browser, server: Server, upstream: FakeWaveSpeed
) -> None:
    context = chrome.new_context(base_url=server.url, java_script_enabled=False)
    plain = context.new_page()
    plain.goto(f"/?prompt=Which&{THREE}")
    plain.check("#blind")
    plain.click(".run-bar [type=submit]")
    plain.wait_for_url("**/compare/**")
    reload_until(plain, ".blind-vote label")
    plain.locator(".blind-vote label", has_text="All bad").click()
    plain.get_by_role("button", name="Vote", exact=True).click()
    expect(plain.locator(".blind-vote .hint")).to_contain_text("You voted all bad")
    plain.get_by_role("button", name="Reveal names").click()
    expect(plain.locator(".blind-result")).to_contain_text("You voted all bad")
    context.close()
