"""Web and worker are killed wherever it hurts: no run is lost, none is sent twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.crash.trial import OneProcessTrial, Trial, plan
from tests.fakes.wavespeed import FakeWaveSpeed
from tests.servers.fixtures import SQLITE, WITH_REDIS

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.processes
RUNS, SEED = 45, 20261122


@pytest.mark.parametrize("storage", [SQLITE, WITH_REDIS], indirect=True)
def test_kills_lose_no_run_and_send_none_twice(tmp_path: Path, storage: dict[str, str]) -> None:
    with FakeWaveSpeed(delay=0.6) as fake:
        workers = 2 if storage["DATABASE_URL"] else 1
        trial = Trial(tmp_path, fake, storage, workers=workers, seed=SEED)
        outcome = trial.run(RUNS, plan(9, SEED))
    assert outcome.faults == {}
    assert sum(outcome.states.values()) == RUNS
    assert outcome.states["unknown"] >= 3  # before, during and after the POST: else none was killed


@pytest.mark.parametrize("storage", [SQLITE], indirect=True)
def test_kills_of_a_playground_in_one_process_lose_and_repeat_nothing(
    tmp_path: Path, storage: dict[str, str]
) -> None:
    with FakeWaveSpeed(delay=0.6) as fake:
        outcome = OneProcessTrial(tmp_path, fake, storage, workers=1, seed=SEED).run(
            RUNS, plan(9, SEED)
        )
    assert outcome.faults == {}
    assert sum(outcome.states.values()) == RUNS
    assert outcome.states["unknown"] >= 3
