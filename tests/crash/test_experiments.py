"""A playground is killed in the middle of an experiment: all cells end, none is sent twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import FLASH, GPT
from tests.crash.killing import kill
from tests.fakes.wavespeed import FakeWaveSpeed
from tests.product import ROOT, serve, stop
from tests.servers.processes import until

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.processes
CASES = 60
PLAN = {
    "name": "Totals",
    "prompt": "Total of {{shop}}?",
    "variants": [{"model": FLASH}, {"model": GPT}],
    "marks": [{"rule": "contains"}],
    "cases": [
        {"variables": {"shop": f"Shop {n:02}"}, "expected": f"Shop {n:02}"} for n in range(CASES)
    ],
}


def test_a_kill_in_the_middle_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(json.dumps(PLAN))
    with FakeWaveSpeed(delay=0.3) as fake:
        settings = {"WAVESPEED_API_KEY": fake.key, "WAVESPEED_BASE_URL": fake.url}
        # With leases that are soon over, and no step at which a worker dies by itself.
        settings |= {"DJANGO_SETTINGS_MODULE": "tests.crash.settings", "CRASH_FLAGS": str(tmp_path)}
        server = serve(tmp_path, **settings)
        command = start(tmp_path, settings)
        until(lambda: len(fake.submissions) > CASES // 2, "the experiment is under way")
        kill(server)
        server = serve(tmp_path, **settings)
        output, errors = command.communicate()
        stop(server)
        result: dict[str, Any] = json.loads(output)
        sent = Counter((one.model, one.body["prompt"]) for one in fake.submissions)
    assert max(sent.values()) == 1, errors
    assert (result["state"], result["made"]) == ("ended", 2 * CASES)
    ends = result["counts"]
    assert ends["completed"] + ends.get("unknown", 0) == 2 * CASES
    assert sum(one["right"] for one in result["variants"]) == ends["completed"]


def start(folder: Path, settings: dict[str, str]) -> subprocess.Popen[bytes]:
    """Have the command line start the experiment and wait for its end."""
    command = ["manage.py", "experiment", str(folder / "plan.json"), "--yes", "--json"]
    own = {"DATA_DIR": str(folder), "DATABASE_URL": "", "REDIS_URL": ""}
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env=os.environ | own | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
