"""The main job: prompt and images in, answers on a permalink, in a real browser."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.conftest import FLASH, GPT, png
from tests.fakes.wavespeed import FakeWaveSpeed, Fault
from tests.servers.processes import until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.product import Server

PASTE = """(data) => {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], "pasted.png", {type: "image/png"}));
  document.querySelector("#prompt").dispatchEvent(
    new ClipboardEvent("paste", {clipboardData: transfer, bubbles: true}));
}"""
DROP = PASTE.replace("pasted", "dropped").replace("ClipboardEvent", "DragEvent")
DROP = DROP.replace('"paste", {clipboardData', '"drop", {dataTransfer')


def add_upload(page: Page, name: str = "first.png", colour: str = "teal") -> None:
    page.set_input_files(
        "[data-file]", [{"name": name, "mimeType": "image/png", "buffer": png(colour)}]
    )


def paste(page: Page, colour: str = "orange", script: str = PASTE) -> None:
    page.evaluate(script, base64.b64encode(png(colour)).decode())


def tiles(page: Page, count: int) -> None:
    expect(page.locator(".tray-image")).to_have_count(count)
    expect(page.locator(".tray-image [name=tray]:enabled")).to_have_count(count)


def choose(page: Page, *models: str) -> None:
    page.locator(".model-picker summary").click()
    for model in models:
        page.locator(f"input[value='{model}']").check()
    expect(page.locator(".chip")).to_have_count(len(models) + 1)


def test_two_images_two_models_and_the_answers_arrive_by_themselves(
    page: Page, server: Server, upstream: FakeWaveSpeed, chrome: Browser
) -> None:
    upstream.configure(delay=3600, answer={FLASH: "**Teal** it is", GPT: "| a |\n|-|\n| 1 |"})
    page.goto("/")
    page.fill("#prompt", "Which colours?")
    add_upload(page)
    tiles(page, 1)
    paste(page)
    tiles(page, 2)
    choose(page, GPT)
    expect(page.locator(".run-cost")).to_contain_text("2 runs, about $0.20")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile(r"/compare/[0-9a-f-]{36}/$"))
    expect(page.locator(".result[aria-busy=true]")).to_have_count(2)
    upstream.configure(delay=0.0)
    expect(page.locator(".prose strong")).to_have_text("Teal")
    expect(page.locator(".prose td")).to_have_text("1")
    expect(page.locator("#announcer")).to_have_text("All ended")
    seen_by_another_browser(page.url, chrome)
    shown_as_sent(page, server, upstream)
    stops_polling(page)


def seen_by_another_browser(address: str, chrome: Browser) -> None:
    other = chrome.new_context()
    page = other.new_page()
    page.goto(address)
    expect(page.locator(".prose strong")).to_have_text("Teal")
    other.close()


def shown_as_sent(page: Page, server: Server, upstream: FakeWaveSpeed) -> None:
    sent = {one.body["model"]: one.body for one in upstream.submissions}
    assert {len(body["images"]) for body in sent.values()} == {2}
    page.locator(f".result[aria-label='{FLASH.split('/')[1]}'] >> text=Open").click()
    page.get_by_role("radiogroup", name="Show the answer as").get_by_text("JSON").click()
    import json

    shown = page.locator("pre[aria-label=Request]").inner_text()
    assert json.loads(shown) == sent[FLASH]


def stops_polling(page: Page) -> None:
    expect(page.locator("[hx-get*='/status/']")).to_have_count(0)


def test_the_rows_and_the_address_exist_before_the_provider_is_called(
    page: Page, server: Server, upstream: FakeWaveSpeed
) -> None:
    upstream.configure(delay=3600)
    page.goto("/")
    page.fill("#prompt", "Slow?")
    page.click(".run-bar button")
    page.wait_for_url("**/runs/**")
    data = server.json(page.url.removeprefix(server.url).rstrip("/") + ".json")
    assert data["status"] in {"queued", "submitting", "processing"}


def test_come_back_later_and_the_answer_is_there(
    page: Page, server: Server, upstream: FakeWaveSpeed, chrome: Browser
) -> None:
    upstream.configure(delay=3600)
    page.goto("/")
    page.fill("#prompt", "Later?")
    page.click(".run-bar button")
    page.wait_for_url("**/runs/**")
    address = page.url
    page.goto("about:blank")
    upstream.configure(delay=0.0)
    path = address.removeprefix(server.url).rstrip("/")
    until(lambda: server.json(f"{path}.json")["status"] == "completed", "the answer is stored")
    page.goto(address)
    expect(page.locator(".view-rendered .prose")).to_be_visible()


def test_a_double_click_is_one_run(page: Page, upstream: FakeWaveSpeed) -> None:
    page.goto("/")
    page.fill("#prompt", "Twice?")
    page.dblclick(".run-bar button")
    expect(page.locator(".result .prose")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert len(upstream.submissions) == 1


def test_pressing_run_again_later_is_a_second_run(page: Page, upstream: FakeWaveSpeed) -> None:
    page.goto("/")
    page.fill("#prompt", "Again?")
    page.click(".run-bar button")
    expect(page.locator(".result .prose")).to_be_visible()
    first = page.url
    page.click(".run-bar button")
    page.wait_for_url(lambda url: url != first)
    until(lambda: len(upstream.submissions) == 2, "both presses are at the provider")
    expect(page.locator(".result .prose")).to_be_visible()


def test_images_are_dropped_reordered_and_removed(page: Page, upstream: FakeWaveSpeed) -> None:
    page.goto("/")
    add_upload(page, "one.png", "red")
    tiles(page, 1)
    paste(page, "green", DROP)
    tiles(page, 2)
    values = page.locator("[name=tray]").evaluate_all("all => all.map(one => one.value)")
    page.get_by_label("Move image 2 earlier").click()
    moved = page.locator("[name=tray]").evaluate_all("all => all.map(one => one.value)")
    assert moved == values[::-1]
    page.get_by_label("Remove image 1").click()
    assert page.locator("[name=tray]").input_value() == values[0]
    expect(page.get_by_label("Remove image 1")).to_be_focused()


def test_an_image_address_may_be_passed_on_as_it_is(page: Page, upstream: FakeWaveSpeed) -> None:
    page.goto("/")
    page.fill("#prompt", "There?")
    page.click("text=From URL")
    page.fill("#url-field", "https://images.example.org/a.png")
    page.check("text=Pass the address on")
    page.get_by_role("button", name="Add image").click()
    page.click(".run-bar button")
    expect(page.locator(".result .prose")).to_be_visible()
    assert upstream.submissions[0].body["images"] == ["https://images.example.org/a.png"]


def test_a_file_that_is_no_picture_is_refused_beside_the_tray(
    page: Page, upstream: FakeWaveSpeed
) -> None:
    page.goto("/")
    page.set_input_files(
        "[data-file]", [{"name": "a.png", "mimeType": "image/png", "buffer": b"words"}]
    )
    expect(page.locator("[data-tray-errors]")).to_contain_text("a.png is not an image")
    expect(page.locator(".tray-image")).to_have_count(0)


def test_a_refused_form_keeps_everything_and_says_why(page: Page, upstream: FakeWaveSpeed) -> None:
    page.goto("/")
    add_upload(page)
    tiles(page, 1)
    page.locator("[name=tokens_mode][value=custom]").check()
    page.fill("#max-tokens", "0")
    page.click(".run-bar button")
    expect(page.locator("#prompt-error")).to_contain_text("Write a prompt.")
    expect(page.locator("#max-tokens-error")).to_contain_text("whole number from 1 upward")
    expect(page.locator(".tray-image")).to_have_count(1)
    assert page.url.endswith("/")


def test_what_was_typed_survives_a_reload_and_back(page: Page, upstream: FakeWaveSpeed) -> None:
    page.goto("/")
    page.fill("#prompt", "Still here?")
    add_upload(page)
    tiles(page, 1)
    page.reload()
    expect(page.locator("#prompt")).to_have_value("Still here?")
    tiles(page, 1)
    page.click(".run-bar button")
    expect(page.locator(".result .prose")).to_be_visible()
    page.go_back()
    expect(page.locator("#prompt")).to_have_value("Still here?")


def test_back_to_a_filled_in_address_brings_the_images(page: Page, upstream: FakeWaveSpeed) -> None:
    page.goto("/?prompt=Asked+for")
    add_upload(page)
    tiles(page, 1)
    page.click(".run-bar button")
    expect(page.locator(".result .prose")).to_be_visible()
    page.goto("/runs/")
    page.go_back()
    page.go_back()
    expect(page.locator("#prompt")).to_have_value("Asked for")
    tiles(page, 1)
    page.goto("/?prompt=Another")
    tiles(page, 0)


def test_an_example_fills_the_form_with_one_click(page: Page, upstream: FakeWaveSpeed) -> None:
    page.goto("/")
    page.click("text=Read a receipt")
    expect(page.locator("#prompt")).to_have_value(re.compile("Extract every line item"))
    page.click(".run-bar button")
    expect(page.locator(".result .prose")).to_be_visible()
    assert len(upstream.submissions[0].body["images"]) == 1


def test_a_run_opens_in_the_playground_with_its_images(page: Page, upstream: FakeWaveSpeed) -> None:
    page.goto("/?example=chart")
    page.click(".run-bar button")
    expect(page.locator(".result .prose")).to_be_visible()
    page.reload()
    page.click("text=Open in playground")
    expect(page.locator("#prompt")).to_have_value(re.compile("Read every bar"))
    tiles(page, 1)


def test_history_finds_a_run_as_one_types(page: Page, upstream: FakeWaveSpeed) -> None:
    page.goto("/")
    page.fill("#prompt", "A needle in the haystack")
    page.click(".run-bar button")
    expect(page.locator(".result .prose")).to_be_visible()
    page.goto("/runs/")
    page.keyboard.press("/")
    page.keyboard.type("needle")
    expect(page.locator(".row")).to_have_count(1)
    expect(page).to_have_url(re.compile("q=needle"))


def test_the_theme_is_kept_by_the_server(page: Page, server: Server) -> None:
    page.goto("/")
    page.get_by_label("Menu").click()
    page.click("text=Theme:")
    page.click("text=Theme:")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_run_is_deleted_and_comes_back(page: Page, upstream: FakeWaveSpeed) -> None:
    page.goto("/")
    page.fill("#prompt", "To be deleted")
    page.click(".run-bar button")
    expect(page.locator(".result .prose")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Delete").click()
    expect(page.locator("#undo")).to_contain_text("1 run deleted")
    expect(page.locator("text=To be deleted")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("text=To be deleted").first).to_be_visible()


def test_a_failed_cell_is_retried_in_its_place(page: Page, upstream: FakeWaveSpeed) -> None:
    upstream.fault("submit", Fault.answer(400), model=GPT)
    page.goto("/")
    page.fill("#prompt", "Retry one?")
    choose(page, GPT)
    page.click(".run-bar button")
    expect(page.locator(".result .prose")).to_have_count(1)
    page.get_by_role("button", name="Retry").click()
    expect(page.locator(".result .prose")).to_have_count(2)
    expect(page.locator("#meter")).to_contain_text("2 of 2 ended")
    assert len(upstream.submissions) == 2
