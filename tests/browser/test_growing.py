"""An answer that arrives while somebody reads it: nothing they do is lost to what is new."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.conftest import FLASH
from tests.product import rows_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.fakes.wavespeed import FakeWaveSpeed
    from tests.product import Server

LINES = "".join(f"Line {n} of the answer.\n" for n in range(40))
END = ".partial-text"
SELECT = """(node) => getSelection().setBaseAndExtent(node.firstChild, 5, node.firstChild, 19)"""
# Places are rounded to pixels, so one more is allowed.
IN_SIGHT = """(node) => { const {bottom} = node.getBoundingClientRect();
  return bottom > 0 && bottom <= node.closest(".results").getBoundingClientRect().bottom + 1; }"""


class Growing:
    """A page with a run that is still answering, and what brings more of its answer."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page, self._server = page, server
        page.goto(f"/?prompt=Grow&model={FLASH}")
        page.click(".run-bar [type=submit]")
        page.wait_for_url("**/runs/*-*/")
        self._id = page.url.split("/")[4].replace("-", "")
        expect(page.locator(".result .status-processing")).to_be_visible()

    def arrives(self, text: str) -> None:
        grow = "update playground_run set partial = partial || ?, changed_at = ? where id = ?"
        with rows_of(self._server.folder) as database:
            now = database.execute("select strftime('%Y-%m-%d %H:%M:%f', 'now')").fetchone()[0]
            database.execute(grow, (text, now, self._id))
        expect(self.page.locator(END)).to_contain_text(text.strip().splitlines()[-1])


@pytest.fixture
def growing(page: Page, server: Server, upstream: FakeWaveSpeed) -> Growing:
    upstream.configure(delay=600)
    return Growing(page, server)


def test_what_is_selected_stays_selected(growing: Growing) -> None:
    growing.arrives("Here stands a word.\n")
    growing.page.locator(END).evaluate(SELECT)
    selected = growing.page.evaluate("getSelection().toString()")
    growing.arrives("And more comes.\n")
    assert growing.page.evaluate("getSelection().toString()") == selected == "stands a word."


def test_the_card_grows_and_whoever_sees_its_end_follows(growing: Growing) -> None:
    growing.arrives("The beginning.\n")
    growing.arrives(LINES)
    growing.arrives(LINES + "The very end.\n")
    end = growing.page.locator(END)
    assert end.evaluate("node => node.scrollHeight <= node.clientHeight")
    assert end.evaluate(IN_SIGHT)


def test_whoever_reads_further_up_stays_there(growing: Growing) -> None:
    growing.arrives(LINES + LINES)
    place = growing.page.locator(".results")
    place.evaluate("node => node.scrollTo(0, 50)")
    growing.arrives("Something new.\n")
    assert place.evaluate("node => node.scrollTop") == 50


def test_a_card_that_grew_is_not_cut_when_its_answer_is_there(
    growing: Growing, upstream: FakeWaveSpeed
) -> None:
    growing.arrives(LINES + LINES)
    upstream.configure(delay=0, answer=lambda _: LINES.replace("\n", "\n\n") * 2)
    expect(growing.page.locator(".result .status-completed")).to_be_visible()
    answer = growing.page.locator(".result .prose")
    assert answer.evaluate("node => node.scrollHeight <= node.clientHeight")
