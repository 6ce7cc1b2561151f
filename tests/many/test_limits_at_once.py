"""Limits hold when several processes press at the same moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.wavespeed import FakeWaveSpeed
from tests.many.installation import Installation
from tests.many.rows import read
from tests.patience import PATIENCE_SECONDS
from tests.servers.fixtures import POSTGRES, SQLITE

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.processes
PRESS = ("-m", "tests.many.slow_press")
STARTED, REFUSED = 0, 3


@pytest.mark.parametrize("storage", [SQLITE, POSTGRES], indirect=True)
def test_no_more_runs_start_than_may(tmp_path: Path, storage: dict[str, str]) -> None:
    """Each holds its transaction open, so that without the lock all would count the same."""
    with FakeWaveSpeed() as fake, Installation(tmp_path, fake, **storage, SITE_RUNS_DAY="2") as web:
        assert web.start(*PRESS, "0").wait(PATIENCE_SECONDS) == STARTED
        together = [web.start(*PRESS, "2") for _ in range(3)]
        ended = sorted(process.wait(PATIENCE_SECONDS) for process in together)
        assert ended == [STARTED, REFUSED, REFUSED]
        assert len(read(web.database_url)) == 2
