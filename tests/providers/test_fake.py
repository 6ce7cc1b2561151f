"""The fake can be used from another process: what it counts is shown, what it does can be set."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from playground.providers import transport
from playground.providers.base import ErrorKind
from tests.fakes.wavespeed import FakeWaveSpeed
from tests.providers.conftest import PATIENT, client
from tests.providers.mishaps import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playground.providers.wavespeed import WaveSpeed


def control(url: str, what: str, settings: dict[str, Any] | None = None) -> dict[str, Any]:
    body = b"" if settings is None else json.dumps(settings).encode()
    method = "POST" if body else "GET"
    address = f"{url}/_control/{what}"
    answer = transport.send(method, address, headers={}, body=body, timeouts=PATIENT)
    state: dict[str, Any] = answer.json()
    return state


def test_the_state_shows_what_was_submitted(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, body: dict[str, Any]
) -> None:
    prediction = wavespeed.submit(body)
    submissions = control(fake.url, "state")["submissions"]
    assert [(made["id"], made["body"]) for made in submissions] == [(prediction.id, body)]


def test_settings_can_be_changed(fake: FakeWaveSpeed, wavespeed: WaveSpeed) -> None:
    control(fake.url, "settings", {"balance": 7})
    assert wavespeed.balance().amount == 7


def test_faults_can_be_set_for_one_model(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, body: dict[str, Any]
) -> None:
    fault = {"kind": "answer", "status": 429, "body": {"message": "slow down"}}
    control(fake.url, "faults", {"where": "submit", "fault": fault, "model": body["model"]})
    assert wavespeed.submit({**body, "model": "another"}).id
    assert refusal(wavespeed.submit, body).kind is ErrorKind.RATE


def test_everything_can_be_forgotten(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, body: dict[str, Any]
) -> None:
    wavespeed.submit(body)
    assert control(fake.url, "reset", {})["counts"]["submissions"] == 0


def test_without_leave_there_is_no_control() -> None:
    with FakeWaveSpeed(control=False) as fake:
        answer = transport.send(
            "GET", f"{fake.url}/_control/state", headers={}, timeouts=PATIENT, fresh=True
        )
    assert answer.status == 404


@pytest.fixture
def process() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.fakes.wavespeed", "--delay", "0", "--control"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        yield running.stdout.readline().strip()
        running.terminate()
    transport.close()


def test_the_fake_runs_as_a_process_of_its_own(process: str, body: dict[str, Any]) -> None:
    wavespeed = client(process, PATIENT)
    wavespeed.result(wavespeed.submit(body).id)
    counts = control(process, "state")["counts"]
    assert (counts["submissions"], counts["polls"]) == (1, 1)
