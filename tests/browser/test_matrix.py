"""A matrix in a browser: confirmed first, alive while it fills, safe from a killed worker."""

from __future__ import annotations

import csv
import io
import os
import signal
from typing import TYPE_CHECKING

import pytest
import requests
from playwright.sync_api import expect

from tests.conftest import FLASH, GPT, HAIKU, png
from tests.fakes.wavespeed import FakeWaveSpeed, Fault
from tests.many.sockets import children
from tests.product import serve, stop
from tests.servers.processes import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.product import Server


def fill(page: Page, images: int, *models: str) -> None:
    """Fill the composer with so many pictures, one run for each of them and each model."""
    page.goto("/?prompt=What+is+it&" + "&".join(f"model={model}" for model in models))
    files = [
        {"name": f"picture-{n}.png", "mimeType": "image/png", "buffer": png(size=(30 + n, 30))}
        for n in range(images)
    ]
    page.set_input_files("[data-file] >> nth=0", files)  # type: ignore[arg-type]
    expect(page.locator(".tray-image [name=tray]:enabled")).to_have_count(images)
    page.locator(".image-mode label", has_text="One run per image").click()


def press_and_confirm(page: Page, cells: int) -> None:
    page.get_by_role("button", name=f"Run {cells}").click()
    expect(page.locator("#confirm-title")).to_be_focused()
    page.get_by_role("button", name=f"Run {cells}").click()
    page.wait_for_url("**/compare/**")


def states(server: Server, address: str) -> list[str]:
    data = server.json(address.removeprefix(server.url).rstrip("/") + ".json")
    return [cell["status"] for cell in data["cells"]]


def worker_of(server: Server) -> int:
    """Return the process that carries the runs, and serves the pages: the server's child."""
    (pid,) = children(server.process.pid)
    return pid


@pytest.fixture
def own(wavespeed: FakeWaveSpeed, tmp_path: Path) -> Iterator[Server]:
    """A product whose worker this test may kill, with twelve places at the provider."""
    wavespeed.reset()
    given = {"WAVESPEED_API_KEY": wavespeed.key, "WAVESPEED_BASE_URL": wavespeed.url}
    server = serve(tmp_path, WAVESPEED_CONCURRENCY="12", **given)
    yield server
    stop(server)


def test_12_by_3_completes_though_the_worker_is_killed_half_way(
    chrome: Browser, own: Server, wavespeed: FakeWaveSpeed
) -> None:
    wavespeed.configure(delay=0.6)
    context = chrome.new_context(base_url=own.url)
    page = context.new_page()
    fill(page, 12, FLASH, GPT, HAIKU)
    expect(page.locator(".run-cost")).to_contain_text("36 runs")
    press_and_confirm(page, 36)
    until(lambda: len(wavespeed.submissions) >= 18, "so many are at the provider")
    wavespeed.configure(delay=3600)
    # All places are taken by then: nothing is just being sent, which would become unknown.
    until(lambda: states(own, page.url).count("processing") == 12, "so many are at the provider")
    os.kill(worker_of(own), signal.SIGKILL)
    wavespeed.configure(delay=0.6)
    expect(page.locator("#announcer")).to_have_text("All ended")
    expect(page.locator(".cell .status-completed")).to_have_count(36)
    address = page.url.rstrip("/") + ".csv"
    context.close()
    rows = list(csv.DictReader(io.StringIO(requests.get(address).text)))
    assert len(rows) == len({(row["image_sha256"], row["model"]) for row in rows}) == 36
    assert {row["status"] for row in rows} == {"completed"}
    assert len(wavespeed.submissions) == 36


def test_a_changed_form_counts_again_and_back_returns_to_it(
    page: Page, upstream: FakeWaveSpeed
) -> None:
    fill(page, 3, FLASH, GPT)
    expect(page.locator(".run-cost")).to_contain_text("6 runs, about $0.60")
    page.get_by_role("button", name="Remove image 1").click()
    expect(page.locator(".run-cost")).to_contain_text("4 runs")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#confirm-title")).to_have_text("Start 4 runs?")
    page.get_by_role("button", name="Back to the form").click()
    page.locator("#prompt").fill("Another question")
    page.get_by_role("button", name="Run 4").click()
    expect(page.locator("#confirm-title")).to_have_text("Start 4 runs?")
    assert upstream.submissions == []


def test_a_double_click_asks_and_starts_nothing(page: Page, upstream: FakeWaveSpeed) -> None:
    fill(page, 2, FLASH)
    page.locator(".run-bar [type=submit]").dblclick()
    expect(page.locator("#confirm-title")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert ("/compare/" in page.url, upstream.submissions) == (False, [])


def test_what_a_reader_does_survives_the_other_cells(page: Page, upstream: FakeWaveSpeed) -> None:
    upstream.configure(delays={GPT: 3600}, answer={FLASH: "Select these words. " * 20})
    fill(page, 2, FLASH, GPT)
    press_and_confirm(page, 4)
    page.locator("#cell-0-0 summary").click()
    page.locator("#cell-1-0 .prose").dblclick(position={"x": 10, "y": 10})
    selected = page.evaluate("getSelection().toString()")
    page.locator("#cell-0-0 a").focus()
    expect(page.locator("#announcer")).to_have_text("2 of 4 have ended")
    upstream.configure(delays={})
    expect(page.locator("#announcer")).to_have_text("All ended")
    expect(page.locator("#cell-0-0 details[open]")).to_be_visible()
    expect(page.locator("#cell-0-0 a")).to_be_focused()
    assert selected.strip() == page.evaluate("getSelection().toString()").strip() == "Select"


def test_the_failed_are_retried_without_leaving_the_page(
    page: Page, upstream: FakeWaveSpeed
) -> None:
    for model in (FLASH, GPT):
        upstream.fault("submit", Fault.answer(400), model=model)
    fill(page, 2, FLASH, GPT)
    press_and_confirm(page, 4)
    page.get_by_role("button", name="Retry the 2 failed").click()
    expect(page.locator(".cell .status-completed")).to_have_count(4)
    expect(page.locator("#matrix-totals")).not_to_contain_text("failed")
    assert len(upstream.submissions) == 4


def test_its_answers_are_marked_and_what_is_typed_stays_while_rules_change(
    page: Page, upstream: FakeWaveSpeed
) -> None:
    upstream.configure(answer=lambda body: "12 of them" if body["model"] == GPT else "11")
    fill(page, 2, FLASH, GPT)
    press_and_confirm(page, 4)
    expect(page.locator(".cell .status-completed")).to_have_count(4)
    address = page.url
    page.get_by_role("link", name="Mark the answers").click()
    page.get_by_label("Right answer of row 1").fill("12")
    page.get_by_label("Rule 1").select_option("number")
    expect(page.get_by_label("decimal sign")).to_be_visible()
    page.get_by_label("Right answer of row 2").fill("12")
    page.get_by_role("button", name="Mark the answers").click()
    expect(page).to_have_url(address)
    expect(page.locator(".variants tbody .cell-right")).to_have_text(["0 of 2", "2 of 2"])
    assert len(upstream.submissions) == 4
