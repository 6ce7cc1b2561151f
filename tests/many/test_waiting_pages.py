"""Hundreds of pages wait at one web process without a thread each, and all see the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests

from tests.fakes.wavespeed import FakeWaveSpeed
from tests.many.installation import Installation, Web
from tests.many.sockets import children, threads
from tests.many.waiting import WaitingPage, started
from tests.patience import PATIENCE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.processes
PAGES = 200
THREADS = 24  # of a web process, and those that Django and the listener need


@pytest.fixture
def product(
    tmp_path: Path, storage: dict[str, str]
) -> Iterator[tuple[Installation, FakeWaveSpeed, Web]]:
    """One web process and one worker."""
    with (
        FakeWaveSpeed(delay=600) as fake,
        Installation(tmp_path, fake, **storage, WEB_THREADS="16") as installation,
    ):
        installation.start_worker()
        yield installation, fake, installation.start_web()


def test_pages_wait_without_a_thread_each_and_see_the_answer(
    product: tuple[Installation, FakeWaveSpeed, Web],
) -> None:
    _, fake, web = product
    path = started(web.url, fake)
    pages = [WaitingPage(web.url, path, number) for number in range(PAGES)]
    assert requests.get(f"{web.url}/models/", timeout=PATIENCE_SECONDS).status_code == 200
    (process,) = children(web.process.pid)
    assert threads(process) <= THREADS
    fake.configure(delay=0.0)
    assert {page.status() for page in pages} == {200}
