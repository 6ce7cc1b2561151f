"""The same form without JavaScript: it posts, redirects, and shows the state on reload."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.waiting import reload_until
from tests.conftest import FLASH, GPT, png

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Route

    from tests.fakes.wavespeed import FakeWaveSpeed
    from tests.product import Server


@pytest.fixture
def plain(chrome: Browser, server: Server) -> Iterator[Page]:
    context = chrome.new_context(base_url=server.url, java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_the_whole_way_by_reload(plain: Page, upstream: FakeWaveSpeed) -> None:
    upstream.configure(delay=0.5)
    plain.goto("/")
    plain.fill("#prompt", "Plain?")
    plain.set_input_files(
        "[data-file]", [{"name": "a.png", "mimeType": "image/png", "buffer": png()}]
    )
    plain.click(".run-bar button")
    plain.wait_for_url("**/runs/*-*/")
    reload_until(plain, ".view-rendered .prose")
    assert len(upstream.submissions[0].body["images"]) == 1


def test_a_refusal_keeps_the_form(plain: Page, upstream: FakeWaveSpeed) -> None:
    plain.goto("/")
    plain.locator("summary:has-text('Add or change')").click()
    plain.locator(f"input[value='{GPT}']").check()
    plain.set_input_files(
        "[data-file]", [{"name": "a.png", "mimeType": "image/png", "buffer": png()}]
    )
    plain.click(".run-bar button")
    expect(plain.locator("#prompt-error")).to_be_visible()
    expect(plain.locator(f"input[value='{GPT}']")).to_be_checked()
    expect(plain.locator(".tray-image")).to_have_count(1)


def test_one_run_per_image_is_confirmed_and_started(plain: Page, upstream: FakeWaveSpeed) -> None:
    plain.goto("/")
    plain.fill("#prompt", "Each?")
    files = [(f"{n}.png", png(size=(30 + n, 30))) for n in range(2)]
    plain.set_input_files(
        "[data-file] >> nth=0",
        [{"name": name, "mimeType": "image/png", "buffer": data} for name, data in files],
    )
    plain.get_by_role("radio", name="One run per image").check(force=True)
    plain.click(".run-bar button")
    plain.get_by_role("button", name="Back to the form").click()
    expect(plain.locator("#prompt")).to_have_value("Each?")
    plain.click(".run-bar button")
    plain.get_by_role("button", name="Run 2").click()
    plain.wait_for_url("**/compare/*-*/")
    expect(plain.locator(".cell")).to_have_count(2)


def test_a_model_is_added_to_a_comparison(plain: Page, upstream: FakeWaveSpeed) -> None:
    plain.goto(f"/?prompt=More&model={FLASH}&model={GPT}")
    plain.click(".run-bar button")
    plain.wait_for_url("**/compare/*-*/")
    expect(plain.locator("#add-model")).to_be_hidden()
    plain.get_by_role("link", name="Add a model").click()
    plain.locator("#add-model").get_by_role("checkbox", name="claude-3-haiku").check()
    plain.get_by_role("button", name="Add and run").click()
    expect(plain.locator("#cells > .result")).to_have_count(3)


def test_nothing_is_shown_that_needs_script(plain: Page, upstream: FakeWaveSpeed) -> None:
    plain.goto("/")
    expect(plain.locator("text=From URL")).to_be_hidden()
    expect(plain.locator("#image-urls")).to_be_visible()


def cut(route: Route) -> None:
    """Send the form on without its last bytes, counted anew, as what stands between may do."""
    body = route.request.post_data_buffer
    assert body
    route.continue_(post_data=body[:-4])


def test_a_form_that_was_cut_goes_back_to_the_composer(
    plain: Page, upstream: FakeWaveSpeed
) -> None:
    plain.goto("/")
    plain.fill("#prompt", "Cut off?")
    plain.route("**/runs/", cut)
    plain.click(".run-bar button")
    expect(plain.get_by_role("heading")).to_have_text("The upload broke off before its end")
    plain.unroute("**/runs/")
    plain.get_by_role("button", name="Go on").click()
    expect(plain.locator("#prompt")).to_have_value("Cut off?")
    plain.click(".run-bar button")
    plain.wait_for_url("**/runs/*-*/")
    reload_until(plain, ".view-rendered .prose")
    assert [one.body["prompt"] for one in upstream.submissions] == ["Cut off?"]
