"""Children of one gunicorn, as the Procfile starts them: nothing of one is in another's hands."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.fakes.wavespeed import FakeWaveSpeed
from tests.many.crowd import ACCOUNTS, Crowd
from tests.many.fleet import result
from tests.many.installation import Installation
from tests.many.sockets import children, connected_to, threads
from tests.servers.fixtures import POSTGRES, WITH_REDIS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [
    pytest.mark.processes,
    pytest.mark.parametrize("storage", [POSTGRES, WITH_REDIS], indirect=True),
]
Product = tuple[Installation, FakeWaveSpeed]
REQUESTS = 400  # benchmarks/fleet.py makes more, at more processes


@pytest.fixture
def product(tmp_path: Path, storage: dict[str, str]) -> Iterator[Product]:
    settings = storage | ACCOUNTS | {"LOG_LEVEL": "INFO", "WEB_CONCURRENCY": "2"}
    with FakeWaveSpeed() as fake, Installation(tmp_path, fake, **settings) as installation:
        yield installation, fake


def test_everybody_gets_their_own_answers(product: Product) -> None:
    installation, fake = product
    web = installation.start_web()
    installation.start_worker()
    said = Crowd(installation, [web.url]).go(REQUESTS)
    assert (said.faults[:5], said.unanswered) == ([], 0)
    assert set(said.statuses) <= {200, 204, 303}
    _shares_no_connection(web.process.pid, installation.database_url)
    outcome = result(installation, fake, patience=60)
    assert (outcome.states, outcome.twice) == ({"completed": len(said.pressed)}, [])


def _shares_no_connection(master: int, database_url: str) -> None:
    port = urlsplit(database_url).port or 0
    first, second = (connected_to(pid, port) for pid in children(master))
    assert (bool(first), bool(second), first & second) == (True, True, set())
    assert (connected_to(master, port), threads(master)) == (set(), 1)
