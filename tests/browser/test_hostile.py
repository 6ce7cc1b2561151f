"""The hostile corpus in a real browser, on every surface that shows text of a model or a person.

Once as shipped, where the policy would complain about what got through; and once with the policy
switched off, where it would run: the pages must hold without it.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass, field
from functools import partial
from os import environ
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.hostile_audit import AUDIT
from tests.conftest import FLASH, GPT, HAIKU
from tests.hostile.rows import CHUNKS, joined
from tests.product import ROOT, Server, collected, rows_of, serve, stop
from tests.rendering.audit import CELLS, CLASSES, COLOURS, DRAWN, ELEMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, ConsoleMessage, Page, Request

    from tests.fakes.wavespeed import FakeWaveSpeed

OWN = r"/(runs|compare|s|images|static|shares|selection)/|/(\?.*)?$|/favicon.ico$"
LISTED = {
    "elements": sorted(ELEMENTS | {"mark"}),
    "classes": sorted(CLASSES | COLOURS | DRAWN | CELLS | {"diff"}),
}


@dataclass
class Playground:
    """The product with the corpus in it, and where the corpus is found."""

    server: Server
    addresses: dict[str, list[str]]

    def execute(self, statement: str, *values: str) -> None:
        with rows_of(self.server.folder) as database:
            database.execute(statement, values)


@pytest.fixture(scope="module")
def playground(
    wavespeed: FakeWaveSpeed, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Playground]:
    folder = tmp_path_factory.mktemp("hostile")
    provider = {"WAVESPEED_API_KEY": wavespeed.key, "WAVESPEED_BASE_URL": wavespeed.url}
    provider["WAVESPEED_CONCURRENCY"] = "60"  # the runs that grow take up places
    server = serve(folder, **collected(folder), **provider)
    settings = {"DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "playground.settings"}
    command = [sys.executable, "-m", "tests.hostile.rows"]
    written = subprocess.run(
        command, cwd=ROOT, env=environ | settings, check=True, capture_output=True
    )
    yield Playground(server, json.loads(written.stdout))
    stop(server)


@dataclass
class Visit:
    """A page, and everything wrong that was seen since it was opened."""

    page: Page
    playground: Playground
    step: int  # 1: every page of a kind; 3: every third
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        page = self.page
        page.on("console", self._said)
        page.on("pageerror", lambda one: self.wrong.append(f"error {one}"))
        page.on("dialog", lambda one: (self.wrong.append(f"ran {one.message}"), one.dismiss()))
        page.on("popup", lambda one: self.wrong.append(f"opened {one.url}"))
        page.on("download", lambda one: self.wrong.append(f"downloaded {one.url}"))
        page.on("request", self._asked)

    def _said(self, message: ConsoleMessage) -> None:
        if not message.location["url"].endswith("/favicon.ico"):  # asked for beside plain JSON
            self.wrong.append(f"said {message.text}")

    def _asked(self, request: Request) -> None:
        here, path = self.page_host, urlsplit(request.url)
        known = re.match(OWN, path._replace(scheme="", netloc="").geturl())
        if path.scheme == "file" or request.url.startswith(("data:font", "data:image/")):
            return
        if f"{path.scheme}://{path.netloc}" != here or not known or request.method != "GET":
            self.wrong.append(f"asked {request.method} {request.url[:200]}")

    def pages(self, kind: str) -> list[str]:
        return self.playground.addresses[kind][:: self.step]

    @property
    def page_host(self) -> str:
        return self.playground.server.url

    def opened(self, address: str) -> None:
        """Open an address, or a file, and look at what the browser made of it."""
        whole = address if ":" in address else self.page_host + address
        self.page.goto(whole, wait_until="load")
        self.looked()
        if self.page.url != whole:
            self.wrong.append(f"led from {whole} to {self.page.url}")

    def looked(self) -> None:
        self.wrong += self.page.evaluate(AUDIT, LISTED)


@pytest.fixture(params=[3, 1], ids=["as-shipped", "without-policy"])
def visit(
    request: pytest.FixtureRequest, chrome: Browser, playground: Playground
) -> Iterator[Visit]:
    context = chrome.new_context(bypass_csp=request.param == 1, base_url=playground.server.url)
    visit = Visit(context.new_page(), playground, request.param)
    yield visit
    context.close()
    assert visit.wrong == []


@pytest.mark.parametrize("kind", ["run", "compare", "shared"])
def test_pages_of_answers(visit: Visit, kind: str) -> None:
    for address in visit.pages(kind):
        visit.opened(address)
    assert visit.page.locator(".prose, .raw-text, .cell-answer").count() > 0


def test_json_and_markdown_opened_as_pages(visit: Visit) -> None:
    for address in visit.pages("run")[:3]:
        visit.opened(f"{address.rstrip('/')}.json")
    answer = visit.page.request.get(f"{address.rstrip('/')}.md")
    headers = answer.headers["content-type"].split(";")[0], answer.headers["x-content-type-options"]
    assert headers == ("text/markdown", "nosniff")


def test_two_answers_word_by_word(visit: Visit) -> None:
    address = visit.playground.addresses["compare"][0]
    cells = visit.playground.server.json(f"{address.rstrip('/')}.json")["cells"]
    for first, second in zip(cells[:6:2], cells[1:6:2], strict=True):
        visit.opened(f"{address}?diff={first['id']}&diff={second['id']}")


@pytest.mark.parametrize("query", ["", "?q=alert", "?q=example+onerror", "?q=script&status=failed"])
def test_history_with_marked_excerpts(visit: Visit, query: str) -> None:
    visit.opened(f"/runs/{query}")
    found = visit.page.locator(".row, .row mark")
    assert found.count() > 0


def test_further_pages_of_history(visit: Visit) -> None:
    visit.opened("/runs/?q=alert")
    for _ in range(3):
        older = visit.page.evaluate("document.querySelector('#older a')?.getAttribute('href')")
        if not older:
            break
        visit.opened(older)


def test_what_is_put_back_into_the_form(visit: Visit) -> None:
    for address in visit.pages("run")[::2]:
        visit.opened(f"/?from={address.split('/')[2]}")
    for token in visit.pages("shared")[:2]:
        visit.opened(f"/?share={token.split('/')[2]}")
    visit.opened("/shares/")


def test_files_opened_from_a_disk(visit: Visit, tmp_path: Path) -> None:
    for number, address in enumerate([*visit.pages("run"), *visit.pages("compare")[:4]]):
        answer = visit.page.request.get(f"{address.rstrip('/')}.html")
        file = tmp_path / f"{number}.html"
        file.write_bytes(answer.body())
        visit.opened(file.as_uri())


def test_text_that_grows_while_the_page_is_open(visit: Visit) -> None:
    grow = "update playground_run set partial = partial || ?, thoughts = thoughts || ?, "
    grow += "changed_at = datetime('now') where id = ?"
    for number, address in enumerate(visit.pages("growing")[:3]):
        visit.opened(address)
        more = f"{joined(CHUNKS[-number])} end {number} {visit.page.context}"
        visit.playground.execute(grow, more, more, address.split("/")[2].replace("-", ""))
        expect(visit.page.locator(".partial-text")).to_contain_text(f"end {number}")
        visit.looked()


def test_answers_that_arrive_below_the_composer(visit: Visit, upstream: FakeWaveSpeed) -> None:
    models = [FLASH, GPT, HAIKU]
    answers = dict(zip(models, map(joined, CHUNKS), strict=False))
    upstream.configure(answer=lambda body: answers[body["model"]])
    visit.opened("/?" + "&".join(f"model={model}" for model in models))
    visit.page.fill("#prompt", CHUNKS[0][0])
    post = partial(re.match, r"asked POST \S+/(runs|selection)/$")
    visit.page.click(".run-bar [type=submit]")
    expect(visit.page.locator(".result .status-completed")).to_have_count(3)
    visit.looked()
    visit.wrong[:] = [one for one in visit.wrong if not post(one)]  # our own press
