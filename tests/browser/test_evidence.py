"""Evidence in a browser: by mouse, keyboard and touch, without script, in light and dark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.kept_readings import ANSWER, answer_by_reader, keep_readings
from tests.conftest import FLASH, GPT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page

    from tests.fakes.wavespeed import FakeWaveSpeed
    from tests.product import Server

NARROW = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
WIDE = {"viewport": {"width": 1440, "height": 900}}
SAID = "The total is {} SEK, VAT 46.03, receipt number 00318, at Karlssons Bageri in Uppsala."


TWO = {FLASH: SAID.format("429.57"), GPT: SAID.format("429.75")}


def asked(page: Page, wavespeed: FakeWaveSpeed, answers: dict[str, str]) -> str:
    """Press Run about the receipt; returns the address of the answers once they are there."""
    wavespeed.reset()
    wavespeed.configure(answer=answers)
    page.goto("/?example=receipt&" + "&".join(f"model={one}" for one in answers))
    page.click(".run-bar button")
    expect(page.locator(".result .prose")).to_have_count(len(answers))
    if len(answers) > 1:
        page.wait_for_url("**/compare/**")
        return page.url
    return page.locator(".result >> text=Open").get_attribute("href") or ""


@pytest.fixture(scope="module")
def maker(server: Server, chrome: Browser) -> Iterator[Page]:
    """The page by which a module's runs are made."""
    page = chrome.new_page(base_url=server.url)
    yield page
    page.close()


@pytest.fixture(scope="module")
def run(server: Server, wavespeed: FakeWaveSpeed, maker: Page) -> str:
    """The address of a run about the receipt, checked by a reading that is kept."""
    address = asked(maker, wavespeed, {FLASH: ANSWER})
    keep_readings(server.folder)
    return address


@pytest.fixture(scope="module")
def comparison(server: Server, wavespeed: FakeWaveSpeed, maker: Page) -> str:
    """The address of two answers that disagree on the total."""
    address = asked(maker, wavespeed, TWO)
    keep_readings(server.folder)
    return address


@pytest.fixture(scope="module")
def case(server: Server, wavespeed: FakeWaveSpeed, maker: Page) -> str:
    """The address of a case of an experiment: the same two answers, marked."""
    address = asked(maker, wavespeed, TWO)
    maker.goto(address)
    maker.get_by_role("link", name="Mark the answers").click()
    maker.get_by_role("button", name="Mark the answers").click()
    maker.wait_for_url(address)
    keep_readings(server.folder)
    return f"{address}cases/1/"


@pytest.fixture(scope="module")
def read(server: Server, wavespeed: FakeWaveSpeed, maker: Page) -> str:
    """The address of a run that the text reader answered."""
    address = asked(maker, wavespeed, {FLASH: ANSWER})
    answer_by_reader(server.folder, address.split("/")[2])
    return address


@pytest.fixture
def touched(chrome: Browser, server: Server) -> Iterator[Page]:
    context = chrome.new_context(base_url=server.url, **NARROW)
    yield context.new_page()
    context.close()


def value(page: Page, text: str, nth: int = 0) -> Locator:
    """The link of a value in an answer, among those with the same text."""
    return page.locator(".prose a.evidence", has_text=text).nth(nth)


def lit(page: Page) -> Locator:
    return page.locator(".place.is-lit")


def test_the_mouse_lights_a_value_and_its_place(page: Page, run: str) -> None:
    page.goto(run)
    value(page, "46.03").hover()
    expect(lit(page)).to_have_attribute("aria-label", "46.03, line 14")
    expect(page.locator(".evidence-line")).to_contain_text("46.03 · line 14 · read with 0.98")
    page.locator("h1").hover()
    expect(lit(page)).to_have_count(0)
    expect(page.locator(".evidence-line")).to_contain_text("Choose a value")


def test_a_press_keeps_the_light_until_escape(page: Page, run: str) -> None:
    page.goto(run)
    value(page, "46.03").click()
    page.locator("h1").hover()
    expect(lit(page)).to_have_count(1)
    assert "#" not in page.url
    page.keyboard.press("Escape")
    expect(lit(page)).to_have_count(0)


def test_a_press_on_a_place_shows_the_values_that_speak_of_it(page: Page, run: str) -> None:
    page.goto(run)
    page.locator('.place[aria-label="429.57, line 13"] polygon').click()
    expect(page.locator(".prose a.evidence.is-lit")).to_have_text(["429.57", "429.57"])
    expect(page.locator(".evidence-list .is-lit")).to_contain_text("line 13")


def test_an_answer_is_one_stop_of_the_keyboard_with_arrows_within(page: Page, run: str) -> None:
    page.goto(run)
    page.locator("#show-evidence").focus()
    page.keyboard.press("Tab")
    expect(value(page, "Total")).not_to_be_focused()  # the table scrolls, and is a stop before
    page.keyboard.press("Tab")
    expect(value(page, "Total")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(value(page, "Sourdough loaf")).to_be_focused()
    expect(lit(page)).to_have_attribute("aria-label", "Sourdough loaf, line 4")
    page.keyboard.press("Tab")
    expect(page.locator(".evidence-list a").first).to_be_focused()


def test_what_is_computed_or_not_found_says_so_where_it_stands(page: Page, run: str) -> None:
    page.goto(run)
    expect(value(page, "383.54")).to_have_text("383.54, computed")
    expect(value(page, "00381")).to_have_text("00381, not found by the reader")
    value(page, "00381").hover()
    expect(page.locator(".evidence-line")).to_contain_text("nearest: #00318, line 3")


def test_the_switch_hides_lines_and_places(page: Page, run: str) -> None:
    page.goto(run)
    page.get_by_role("switch", name="Underline").uncheck()
    expect(page.locator(".place").first).to_be_hidden()
    expect(value(page, "46.03")).to_have_css("text-decoration-line", "none")


def test_a_finger_pins_the_image_and_moves_nothing(touched: Page, run: str) -> None:
    touched.goto(run)
    value(touched, "46.03").scroll_into_view_if_needed()
    before = value(touched, "46.03").bounding_box()
    value(touched, "46.03").tap()
    pin = touched.locator("[data-evidence-pin]")
    expect(pin).to_contain_text("46.03 · line 14")
    assert value(touched, "46.03").bounding_box() == before
    pin.get_by_role("button", name="Close the place").tap()
    expect(pin).to_be_hidden()


def test_without_script_a_value_leads_to_its_row_and_back(
    chrome: Browser, server: Server, run: str
) -> None:
    context = chrome.new_context(base_url=server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(run)
    value(page, "46.03").click()
    row = page.locator(".evidence-list li:target")
    expect(row).to_contain_text("line 14")
    row.get_by_role("link").click()
    expect(page.locator(".prose a:target")).to_have_text("46.03")
    expect(page.locator(".prose .evidence-mark").first).to_be_visible()
    context.close()


def test_a_comparison_lights_every_answer_that_says_it(page: Page, comparison: str) -> None:
    page.goto(comparison)
    value(page, "46.03").hover()
    expect(page.locator(".prose a.evidence.is-lit")).to_have_count(2)
    expect(page.locator(".evidence-line")).to_contain_text("Said by A, B")


def test_a_comparison_says_which_value_is_on_the_image(page: Page, comparison: str) -> None:
    page.goto(comparison)
    line = page.locator(".conflict-evidence")
    expect(line).to_contain_text("429.57 is on the image, 429.75 is not.")


def test_the_list_of_a_comparison_opens_for_who_comes_to_it(page: Page, comparison: str) -> None:
    page.goto(f"{comparison}#e1")
    expect(page.locator("#e1")).to_be_visible()


def test_a_case_of_an_experiment_lights_every_answer_that_says_it(page: Page, case: str) -> None:
    page.goto(case)
    value(page, "46.03").hover()
    expect(lit(page)).to_have_attribute("aria-label", "46.03, line 14")
    expect(page.locator(".prose a.evidence.is-lit")).to_have_count(2)
    expect(value(page, "429.75")).to_have_text("429.75, not found by the reader")


def test_a_case_is_marked_while_its_evidence_is_lit(page: Page, case: str) -> None:
    page.goto(case)
    value(page, "429.57").click()
    expect(lit(page)).to_have_count(1)
    page.keyboard.press("y")
    expect(page.get_by_role("radio", name="Right").first).to_be_checked()
    expect(lit(page)).to_have_count(1)


def test_a_finger_lights_the_place_of_a_case(touched: Page, case: str) -> None:
    touched.goto(case)
    value(touched, "46.03").tap()
    expect(touched.locator("[data-evidence-pin]")).to_contain_text("46.03 · line 14")
    assert touched.evaluate("document.scrollingElement.scrollWidth - innerWidth") == 0


def test_no_violation_is_found_on_a_case(chrome: Browser, server: Server, case: str) -> None:
    context = chrome.new_context(base_url=server.url, bypass_csp=True)
    page = context.new_page()
    for query in ("", "?blind=1"):
        page.goto(case + query)
        expect(page.locator(".place").first).to_be_visible()
        assert violations(page) == ""
    context.close()


def row(page: Page, text: str) -> Locator:
    """A row of what the text reader answered."""
    return page.locator(".prose tr", has_text=text)


def test_the_mouse_lights_a_row_of_the_reader_and_its_place(page: Page, read: str) -> None:
    page.goto(read)
    row(page, "TOTAL SEK").hover()
    expect(lit(page)).to_have_attribute("aria-label", "TOTAL SEK 429.57, line 13")
    said = "TOTAL SEK 429.57 · line 13 · read with 0.98"
    expect(page.locator(".evidence-line")).to_contain_text(said)
    page.locator("h1").hover()
    expect(lit(page)).to_have_count(0)


def test_a_press_on_a_place_lights_the_row_of_the_reader(page: Page, read: str) -> None:
    page.goto(read)
    page.locator('.place[aria-label="TOTAL SEK 429.57, line 13"] polygon').first.click()
    expect(page.locator(".prose tr.is-lit")).to_contain_text("TOTAL SEK")


def test_rows_of_the_reader_are_one_stop_with_arrows_within(page: Page, read: str) -> None:
    page.goto(read)
    row(page, "KARLSSONS").get_by_role("link").focus()
    page.keyboard.press("ArrowDown")
    expect(row(page, "Storgatan").get_by_role("link")).to_be_focused()
    expect(lit(page)).to_have_attribute("aria-label", "Storgatan 14, Uppsala, line 2")
    page.keyboard.press("Tab")
    expect(page.locator(".prose a:focus")).to_have_count(0)


def test_a_finger_on_a_row_of_the_reader_pins_the_image(touched: Page, read: str) -> None:
    touched.goto(read)
    row(touched, "TOTAL SEK").tap()
    expect(touched.locator("[data-evidence-pin]")).to_contain_text("429.57 · line 13")
    expect(row(touched, "TOTAL SEK")).to_have_class("is-lit")


def test_without_script_a_row_of_the_reader_leads_to_its_place(
    chrome: Browser, server: Server, read: str
) -> None:
    context = chrome.new_context(base_url=server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(read)
    row(page, "TOTAL SEK").get_by_role("link").click()
    expect(page.locator(".place:target")).to_have_attribute("href", "#line-1-13")
    page.goto(f"{read}#line-1-13")
    expect(page.locator(".prose tr:target")).to_contain_text("TOTAL SEK")
    context.close()


@pytest.mark.parametrize("form", [WIDE, NARROW], ids=["wide-light", "narrow-dark"])
@pytest.mark.parametrize("what", ["run", "comparison", "read"])
def test_axe_finds_nothing(
    chrome: Browser,
    server: Server,
    request: pytest.FixtureRequest,
    what: str,
    form: dict[str, object],
) -> None:
    address = request.getfixturevalue(what)
    scheme = "light" if form is WIDE else "dark"
    context = chrome.new_context(base_url=server.url, color_scheme=scheme, **form)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address)
    page.locator(".prose :is(a.evidence, tr[data-item])", has_text="46.03").first.click()
    expect(lit(page)).to_have_count(1)
    assert violations(page) == ""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()
