"""A playground in which nothing happens does nothing, also while a page waits."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.fakes.wavespeed import FakeWaveSpeed
from tests.many.sockets import children
from tests.many.waiting import WaitingPage, started
from tests.product import Server, serve, stop

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.processes
MAX_WAKEUPS_PER_SECOND = 20
SECONDS = 10
SLEPT = "voluntary_ctxt_switches:"


@pytest.fixture
def playground(tmp_path: Path) -> Iterator[tuple[Server, FakeWaveSpeed]]:
    """One process, as `make run` starts it, in front of a provider that answers in minutes."""
    with FakeWaveSpeed(delay=600) as fake:
        server = serve(tmp_path, WAVESPEED_API_KEY=fake.key, WAVESPEED_BASE_URL=fake.url)
        yield server, fake
        stop(server)


def wakeups(server: Server) -> int:
    """Return how often any thread of the playground has gone to sleep by itself so far."""
    pids = [server.process.pid, *children(server.process.pid)]
    tasks = (task for pid in pids for task in Path(f"/proc/{pid}/task").iterdir())
    lines = (task.joinpath("status").read_text().splitlines() for task in tasks)
    return sum(int(line.split()[1]) for some in lines for line in some if line.startswith(SLEPT))


def per_second(server: Server) -> float:
    """Count the wake-ups of some seconds; the lower of two, since work may come in between."""
    counts = []
    for _ in range(2):
        before = wakeups(server)
        time.sleep(SECONDS)
        counts.append((wakeups(server) - before) / SECONDS)
    return min(counts)


def test_nothing_wakes_an_idle_playground(playground: tuple[Server, FakeWaveSpeed]) -> None:
    server, _ = playground
    assert per_second(server) <= MAX_WAKEUPS_PER_SECOND


def test_a_page_that_waits_wakes_nobody(playground: tuple[Server, FakeWaveSpeed]) -> None:
    server, fake = playground
    path = started(server.url, fake)
    page = WaitingPage(server.url, path, 1)
    assert per_second(server) <= MAX_WAKEUPS_PER_SECOND
    fake.configure(delay=0.0)
    assert page.status() == 200
