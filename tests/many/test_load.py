"""The short form of benchmarks.hour: steady presses while workers are killed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.fakes.wavespeed import FakeWaveSpeed
from tests.many.installation import Installation
from tests.many.load import Load
from tests.servers import redis_server

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers import PostgresServer

pytestmark = pytest.mark.processes


def test_steady_presses_all_end_once_while_workers_are_killed(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    database = postgres.create_database("load")
    with redis_server() as redis, FakeWaveSpeed(delay=1) as fake:
        settings = {"DATABASE_URL": database, "REDIS_URL": redis}
        with Installation(tmp_path, fake, **settings) as product:
            outcome = Load(product, rate=4, seconds=15, every=5).carry(workers=2)
        sent = Counter(made.body["prompt"] for made in fake.submissions)
    assert (outcome.pressed, sum(outcome.states.values())) == (60, 60)
    assert outcome.kills >= 2
    assert not [prompt for prompt, count in sent.items() if count > 1]
    assert set(outcome.states) <= {"completed", "unknown"}
