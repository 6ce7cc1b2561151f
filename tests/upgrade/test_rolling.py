"""An upgrade from the release before, while people use it, and the way back.

Nothing is lost, doubled or confused.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.fakes.wavespeed import FakeWaveSpeed
from tests.many.crowd import ACCOUNTS, AWAY, Crowd
from tests.many.fleet import press_all, result
from tests.many.installation import TODAY, Installation
from tests.many.rows import all_ended, read
from tests.many.storm import damage
from tests.patience import PATIENCE_SECONDS
from tests.servers.fixtures import POSTGRES, WITH_REDIS
from tests.servers.processes import end, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.many.installation import Code, Web

pytestmark = pytest.mark.upgrade
ANSWERS = 150  # of a crowd, in each stage of the upgrade


@contextmanager
def used_by(crowd: Crowd) -> Iterator[None]:
    over = threading.Event()
    using = threading.Thread(target=crowd.go_on, args=(over,))
    using.start()
    try:
        yield
    finally:
        over.set()
        using.join()


def serve(crowd: Crowd) -> None:
    """Wait until people were answered for a while, and everybody gets what is theirs."""
    so_far = crowd.said.statuses.total()
    until(lambda: crowd.said.statuses.total() > so_far + ANSWERS, "people are answered")
    until(crowd.is_served, "pages and an answer")


def leave(crowd: Crowd, urls: list[str], web: Web) -> None:
    """Take a web process out of the proxy, then end it."""
    urls.remove(web.url)
    serve(crowd)
    end(web.process)


def copy(database_url: str) -> str:
    """Copy a database that nobody uses, as a dump that is put back; returns the copy's URL."""
    server, _, name = database_url.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as postgres:
        postgres.execute(f'CREATE DATABASE "{name}_copy" TEMPLATE "{name}"')
    return f"{database_url}_copy"


@pytest.mark.parametrize("storage", [POSTGRES, WITH_REDIS], indirect=True)
def test_a_rolling_upgrade_loses_doubles_and_confuses_nothing(
    tmp_path: Path, storage: dict[str, str], before: Code, capsys: pytest.CaptureFixture[str]
) -> None:
    with (
        FakeWaveSpeed(delay=0.3) as fake,
        Installation(tmp_path, fake, before, **storage, **ACCOUNTS) as product,
    ):
        old, old_worker = product.start_web(), product.start_worker()
        urls = [old.url]
        crowd = Crowd(product, urls, people=6)
        with used_by(crowd):
            serve(crowd)
            product.code = TODAY
            product.migrate()
            serve(crowd)
            urls.append(product.start_web().url)
            serve(crowd)
            product.start_worker()
            serve(crowd)
            leave(crowd, urls, old)
            end(old_worker)
            serve(crowd)
        assert (crowd.said.faults[:5], crowd.said.unanswered) == ([], 0)
        assert damage(product, fake, crowd.said) == {}
    with capsys.disabled():
        print(f"\n{crowd.said.statuses.total()} answers, {crowd.said.statuses[AWAY]} of them 503")


@pytest.mark.parametrize("storage", [POSTGRES], indirect=True)
def test_the_way_back_sends_nothing_a_second_time(
    tmp_path: Path, storage: dict[str, str], before: Code
) -> None:
    with (
        FakeWaveSpeed() as fake,
        Installation(tmp_path, fake, before, **storage, **ACCOUNTS) as product,
    ):
        web = product.start_web()
        crowd = Crowd(product, [web.url], people=2)
        crowd.press_once()  # and no worker yet: it is queued in the copy
        end(web.process)
        dump = copy(product.database_url)
        product.code = TODAY
        product.migrate()
        worker = product.start_worker()
        until(lambda: all_ended(product.database_url), "the new version has sent it")
        end(worker)
        product.settings["DATABASE_URL"] = dump
        assert product.start("manage.py", "restored").wait(PATIENCE_SECONDS) == 0
        product.code = before
        product.start_web(web.port)
        product.start_worker()
        until(crowd.is_served, "pages and an answer of the release before")
        assert damage(product, fake, crowd.said) == {}
        assert [row.status for row in read(dump)].count("unknown") == 1


@pytest.mark.parametrize("storage", [POSTGRES], indirect=True)
def test_the_release_before_can_delete_what_this_one_wrote(
    tmp_path: Path, storage: dict[str, str], before: Code
) -> None:
    delete = "from playground.models import Run; Run.everything.all().delete()"
    with FakeWaveSpeed() as fake, Installation(tmp_path, fake, **storage) as product:
        press_all(product, 2, webs=1)
        product.start_worker()
        result(product, fake, PATIENCE_SECONDS)
        product.code = before
        deleting = product.start("manage.py", "shell", "-c", delete)
        assert deleting.wait(PATIENCE_SECONDS) == 0, product.log.read_text()[-4000:]
        assert read(product.database_url) == []
