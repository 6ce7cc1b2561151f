"""Forty people who look at ten running runs, beside a bare page: python -m benchmarks.crowd

Each asks about the ten runs without a pause and without being held, as no page does: the most that
forty browsers can ask. Then their four hundred pages wait as pages do. Somebody else opens pages
meanwhile. `make run`'s shape, SQLite.
"""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import requests

from benchmarks.polls import EIGHT, Person, latencies
from benchmarks.servers import bare, playground, provider
from benchmarks.tables import Row, show
from tests.many.waiting import WaitingPage

if TYPE_CHECKING:
    from collections.abc import Sequence

PEOPLE, RUNS = 40, 10
PAGES = ("/", "/runs/", "/models/")


def opened(url: str, paths: Sequence[str], seconds: float) -> list[float]:
    """Open pages, one after the other; return what each took."""
    took: list[float] = []
    with requests.Session() as browser:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            began = time.monotonic()
            browser.get(url + paths[len(took) % len(paths)], timeout=60).raise_for_status()
            took.append(time.monotonic() - began)
    return took


def crowded(
    url: str, polls: Sequence[str], status: int, paths: Sequence[str], seconds: float
) -> tuple[float, float]:
    """Return the medians of the crowd's answers and of the pages meanwhile, in milliseconds."""
    with ThreadPoolExecutor(1) as beside:
        pages = beside.submit(opened, url, paths, seconds)
        told = latencies(polls, seconds, status, connections=PEOPLE)
        return 1000 * median(told), 1000 * median(pages.result())


def waiting(url: str, polls: Sequence[str], seconds: float) -> float:
    """Return the median of pages while each person's pages wait, in milliseconds."""
    with ExitStack() as ends:
        for number in range(PEOPLE * RUNS):
            parts = urlsplit(polls[number % RUNS])
            page = WaitingPage(url, f"{parts.path}?{parts.query}", number)
            ends.enter_context(closing(page.connection))
        return 1000 * median(opened(url, PAGES, seconds))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crowd", description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    given = parser.parse_args()
    with provider() as fake, bare() as base, playground(fake) as ours:
        fake.configure(delay=3600)
        person = Person.at(ours, signs_in=False)
        asked = [person.waits_for(EIGHT[number % 8]) for number in range(RUNS)]
        polls = [person.as_a_page_asks(address) for address in asked]
        rows = [Row("a page, nobody else there", 1000 * median(opened(ours.url, PAGES, 3.0)))]
        control, page = crowded(base.url, [f"{base.url}/row/1/"], 200, ("/",), given.seconds)
        rows += [Row("control: an answer", control), Row("control: a page meanwhile", page)]
        told, page = crowded(ours.url, polls, 204, PAGES, given.seconds)
        note = f"{told / control:.1f} times the control"
        rows += [Row("a poll of the crowd", told, 150, note=note)]
        rows += [Row("a page meanwhile", page, 500)]
        held = waiting(ours.url, polls, given.seconds)
        rows += [Row("a page while 400 pages wait", held, 500)]
        return show(rows)


if __name__ == "__main__":
    sys.exit(main())
