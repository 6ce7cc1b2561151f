"""Many processes share the work: a run is done once, though processes stop and queues are lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
import redis

from tests.fakes.wavespeed import FakeWaveSpeed
from tests.many.fleet import press_all, result
from tests.many.installation import Installation
from tests.many.rows import read, workers_reporting
from tests.servers.fixtures import SQLITE, WITH_REDIS
from tests.servers.processes import end, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.processes
Product = tuple[Installation, FakeWaveSpeed]


@pytest.fixture
def product(tmp_path: Path, storage: dict[str, str]) -> Iterator[Product]:
    """Migrated, and without any process. Runs take 0.3 s."""
    with (
        FakeWaveSpeed(delay=0.3) as fake,
        # Fewer threads than runs: Redis serves whoever has waited longest, all of one worker first.
        Installation(
            tmp_path, fake, **storage, LOG_LEVEL="INFO", RUNS_AT_ONCE="20"
        ) as installation,
    ):
        yield installation, fake


def hasty(folder: Path) -> dict[str, str]:
    """Settings of a worker that takes a message for lost after seconds instead of minutes."""
    settings = {"DJANGO_SETTINGS_MODULE": "tests.crash.settings"}
    return settings | {"CRASH_FLAGS": str(folder / "no-flags")}


def lose_queue(product: Installation) -> None:
    if product.settings["REDIS_URL"]:
        redis.from_url(product.settings["REDIS_URL"]).flushall()
    elif product.settings["DATABASE_URL"]:
        with psycopg.connect(product.settings["DATABASE_URL"]) as connection:
            connection.execute("TRUNCATE huey_task, huey_schedule")
    else:
        for file in product.folder.glob("queue.db*"):
            file.unlink()


@pytest.mark.parametrize(("storage", "webs"), [(SQLITE, 1), (WITH_REDIS, 3)], indirect=["storage"])
def test_two_workers_finish_every_run_and_take_none_twice(product: Product, webs: int) -> None:
    installation, fake = product
    workers = {installation.start_worker().pid, installation.start_worker().pid}
    until(lambda: workers_reporting(installation.database_url) == 2, "two workers")
    press_all(installation, 60, webs)
    outcome = result(installation, fake, patience=30)
    assert (outcome.states, outcome.twice) == ({"completed": 60}, [])
    assert set(outcome.by_worker) == workers
    assert sum(outcome.sent.values()) == 60


def test_a_queue_that_was_lost_loses_no_run(product: Product) -> None:
    installation, fake = product
    press_all(installation, 10, webs=1)
    lose_queue(installation)
    installation.start_worker(**hasty(installation.folder))
    outcome = result(installation, fake, patience=30)
    assert (outcome.states, outcome.twice) == ({"completed": 10}, [])


@pytest.mark.parametrize("storage", [SQLITE, WITH_REDIS], indirect=True)
def test_a_worker_that_is_stopped_ends_by_itself_and_fails_no_run(product: Product) -> None:
    installation, fake = product
    fake.configure(delay=5)
    worker = installation.start_worker()
    press_all(installation, 6, webs=1)
    until(lambda: len(fake.submissions) == 6, "all are at the provider")
    end(worker)
    assert worker.returncode == 0
    assert not {row.status for row in read(installation.database_url)} & {"failed", "unknown"}
    installation.start_worker()
    assert result(installation, fake, patience=30).states == {"completed": 6}


@pytest.mark.parametrize("storage", [SQLITE], indirect=True)
def test_a_web_process_that_is_stopped_ends_by_itself(product: Product) -> None:
    installation, fake = product
    fake.configure(delay=2)
    web = installation.start_web()
    installation.start_worker()
    press_all(installation, 3, webs=1)
    end(web.process)
    assert web.process.returncode == 0
    assert result(installation, fake, patience=30).states == {"completed": 3}
