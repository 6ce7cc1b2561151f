"""Processes are killed and servers start again under people: nothing lost, doubled or confused."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from tests.fakes.wavespeed import FakeWaveSpeed
from tests.many.crowd import ACCOUNTS, Crowd
from tests.many.installation import Installation
from tests.many.storm import Storm, damage
from tests.servers import postgres_server

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.processes


@pytest.mark.parametrize("with_redis", [False, True])
def test_everything_heals_and_nothing_is_lost(tmp_path: Path, with_redis: bool) -> None:
    over = threading.Event()
    with (
        postgres_server() as server,
        Storm(server, with_redis=with_redis) as storm,
        FakeWaveSpeed(delay=0.3) as fake,
        Installation(tmp_path, fake, **storm.settings, **ACCOUNTS, WEB_CONCURRENCY="2") as product,
    ):
        storm.start(product)
        crowd = Crowd(product, [storm.url], people=4)
        using = threading.Thread(target=crowd.go_on, args=(over,))
        using.start()
        try:
            storm.rage(crowd)
        finally:
            over.set()
            using.join()
        assert crowd.said.faults[:5] == []
        assert damage(product, fake, crowd.said) == {}
