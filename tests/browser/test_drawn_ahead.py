"""Pages that are drawn while the pointer rests on their link."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.hovering import tab
from tests.servers.processes import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.browser.hovering import Tab
    from tests.product import Server

LINK, STAR = ".row-link[href^='/runs/']", ".row:has(.row-link[href^='/runs/']) .star"
DRAWN_AHEAD = "performance.getEntriesByType('navigation')[0].activationStart > 0"
PRESSED = "document.querySelector({!r})?.ariaPressed"


@pytest.fixture
def history(full: Server, tmp_path: Path) -> Iterator[Tab]:
    with tab(tmp_path) as one:
        one.open(f"{full.url}/runs/")
        yield one


def test_a_run_is_drawn_while_the_pointer_rests_on_its_link(history: Tab) -> None:
    history.hover(LINK)
    history.click(LINK)
    until(lambda: history.run(DRAWN_AHEAD), "the page that was drawn is opened")


def test_what_was_changed_since_is_not_shown_as_it_was(history: Tab) -> None:
    before = history.run(PRESSED.format(STAR))
    history.hover(LINK)
    history.click(STAR)
    until(lambda: history.run(PRESSED.format(STAR)) not in (before, None), "the star is changed")
    after = history.run(PRESSED.format(STAR))
    history.click(LINK)
    until(lambda: history.run("location.pathname") != "/runs/", "the run is opened")
    until(lambda: history.run(PRESSED.format("main .star")) == after, "its star is as it was left")
