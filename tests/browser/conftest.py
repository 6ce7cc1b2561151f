"""A real Chromium in front of the real product, in front of a fake provider behind a socket."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser import chromium
from tests.browser.provider import upstream, wavespeed
from tests.migrated import put_migrated
from tests.patience import PATIENCE_SECONDS
from tests.product import ROOT, Server, collected, serve, stop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.fakes.wavespeed import FakeWaveSpeed

__all__ = ["upstream", "wavespeed"]

PATIENCE_MS = PATIENCE_SECONDS * 1000
# A page that waits is painted sixty times a second for its pulse alone, for a quarter of a core.
CALM = {"reduced_motion": "reduce"}
# What leaves by itself stays: a busy machine may not come to press Undo within its ten seconds.
STAY = """const sheet = new CSSStyleSheet();
sheet.replaceSync("* { animation-play-state: paused !important }");
document.adoptedStyleSheets = [sheet];"""
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def pytest_itemcollected(item: pytest.Item) -> None:
    item.add_marker("browser")


@pytest.fixture(scope="session")
def server(wavespeed: FakeWaveSpeed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The product as it is shipped, files collected, with a key for the fake provider."""
    folder = tmp_path_factory.mktemp("data")
    server = serve(
        folder,
        **collected(folder),
        WAVESPEED_API_KEY=wavespeed.key,
        WAVESPEED_BASE_URL=wavespeed.url,
        WAVESPEED_LLM_URL=f"{wavespeed.url}/v1",
        WAVESPEED_BASE_PRICE="0.05",
        WAVESPEED_CONCURRENCY="200",  # runs that a test leaves behind keep their places for a while
    )
    yield server
    stop(server)


@pytest.fixture(scope="session")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A playground with some hundred made-up runs."""
    folder = tmp_path_factory.mktemp("full")
    settings = collected(folder)
    put_migrated(folder / "playground.db", "local")
    seed = [sys.executable, "manage.py", "seedruns", "300", "--seed", "5"]
    subprocess.run(seed, env=os.environ | settings, cwd=ROOT, check=True)
    server = serve(folder, **settings)
    yield server
    stop(server)


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    path = chromium.find()
    assert path, chromium.MISSING
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        _be_patient(browser)
        yield browser
        browser.close()


def _be_patient(browser: Browser) -> None:
    """Let every page of this browser and every expectation wait for states."""
    new_context, new_page = browser.new_context, browser.new_page

    def patient(context: BrowserContext) -> BrowserContext:
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(STAY)
        return context

    def patient_context(**options: Any) -> BrowserContext:
        return patient(new_context(**(CALM | options)))

    def patient_page(**options: Any) -> Page:
        page = new_page(**(CALM | options))
        patient(page.context)
        return page

    browser.new_context, browser.new_page = patient_context, patient_page  # type: ignore[method-assign]
    expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture
def context(chrome: Browser, server: Server) -> Iterator[BrowserContext]:
    context = chrome.new_context(base_url=server.url, viewport={"width": 1440, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that may log nothing bad: no error, no violation of the security policy."""
    page, complaints = context.new_page(), list[str]()
    page.on("console", lambda m: m.type in {"error", "warning"} and complaints.append(m.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    expected = "the server responded with a status of 4"  # a refusal that a test asks for
    assert [text for text in complaints if expected not in text] == []
