"""A fake WaveSpeed for each test, and clients of it: one patient, one that gives up at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from playground.providers import transport
from playground.providers.base import ImageFile, PredictionRequest
from playground.providers.transport import Timeouts
from playground.providers.wavespeed import WaveSpeed
from tests.fakes.wavespeed import FakeWaveSpeed

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENT = Timeouts(connect=5, read=5, total=10)
HASTY = Timeouts(connect=0.2, read=0.2, total=0.3)


@pytest.fixture
def fake() -> Iterator[FakeWaveSpeed]:
    with FakeWaveSpeed() as fake:
        yield fake
    transport.close()


@pytest.fixture
def wavespeed(fake: FakeWaveSpeed) -> WaveSpeed:
    return client(fake.url, PATIENT)


@pytest.fixture
def hasty(fake: FakeWaveSpeed) -> WaveSpeed:
    return client(fake.url, HASTY)


@pytest.fixture
def body(wavespeed: WaveSpeed) -> dict[str, object]:
    return wavespeed.body(PredictionRequest("google/gemini-2.5-flash", "What is this?"))


@pytest.fixture
def image() -> ImageFile:
    return ImageFile("4be1" * 16, "image/png", 2, 2, b"\x89PNG" + b"pixels" * 5000)


def client(url: str, timeouts: Timeouts, key: str = "test-key") -> WaveSpeed:
    return WaveSpeed(
        key, url, read_timeouts=timeouts, submit_timeouts=timeouts, upload_timeouts=timeouts
    )
