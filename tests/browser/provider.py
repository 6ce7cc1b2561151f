"""The provider that a playground asks in the tests of pages: one for all of them, anew for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.wavespeed import FakeWaveSpeed

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def wavespeed() -> Iterator[FakeWaveSpeed]:
    with FakeWaveSpeed() as fake:
        yield fake


@pytest.fixture
def upstream(wavespeed: FakeWaveSpeed) -> FakeWaveSpeed:
    wavespeed.reset()
    return wavespeed
