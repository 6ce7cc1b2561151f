"""A signed call that is repeated at several web processes makes few questions to the provider."""

from __future__ import annotations

import json
import time
from itertools import cycle
from typing import TYPE_CHECKING

import pytest
import requests

from tests.fakes.wavespeed import FakeWaveSpeed
from tests.fakes.wavespeed.calls import sign
from tests.many.fleet import press_all
from tests.many.installation import Installation
from tests.many.rows import read, workers_reporting
from tests.patience import PATIENCE_SECONDS
from tests.servers.fixtures import POSTGRES, SQLITE
from tests.servers.processes import until

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

pytestmark = pytest.mark.processes
KEY = "c2lnbmVkIGZvciB0ZXN0cw=="
WEBHOOKS = {"WEBHOOK_URL": "https://playground.test", "WEBHOOK_SECRET": f"whsec_{KEY}"}
CALLS, SECONDS = 30, 2.0
FOLLOWED_ELSEWHERE = """
from datetime import timedelta
from django.utils import timezone
from playground.runs.models.run import Run
run = Run.objects.get()
run.claim("elsewhere"), run.begin_submission({}), run.record_submission(%r, {})
Run.objects.update(lease_until=timezone.now() + timedelta(hours=1))
"""


@pytest.mark.parametrize("storage", [SQLITE, POSTGRES], indirect=True)
def test_replays_at_two_processes_are_one_question_a_second(
    tmp_path: Path, storage: dict[str, str]
) -> None:
    with FakeWaveSpeed(delay=60) as fake, Installation(tmp_path, fake, **storage, **WEBHOOKS) as at:
        press_all(at, 1, webs=1)
        made = fake.account.submit({"prompt": "x", "model": "m"}).id
        at.start("manage.py", "shell", "-c", FOLLOWED_ELSEWHERE % made).wait(PATIENCE_SECONDS)
        webs = [at.start_web().url for _ in range(2)]
        at.start_worker(), at.start_worker()
        until(lambda: workers_reporting(at.database_url) == 2, "two workers")
        seconds = replay(webs, read(at.database_url)[0].id, made)
        until(lambda: fake.polls >= 2, "the last look")
        assert fake.polls <= seconds + 2


def replay(webs: Sequence[str], run: str, prediction: str) -> float:
    """Call with two statuses in turn; return how long it took."""
    bodies = [json.dumps({"id": prediction, "status": one}).encode() for one in ("a", "b")]
    began = time.monotonic()
    for web, body, _ in zip(cycle(webs), cycle([*bodies, *bodies[::-1]]), range(CALLS)):
        address = f"{web}/webhooks/wavespeed/{run}/"
        headers = sign(body, at=time.time(), key=KEY)
        answer = requests.post(address, body, headers=headers, timeout=PATIENCE_SECONDS)
        assert answer.status_code == 204
        time.sleep(SECONDS / CALLS)
    return time.monotonic() - began
