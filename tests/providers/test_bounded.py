"""A session for libraries that make their own requests keeps our limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from playground.providers.transport.bounded import bounded_session

if TYPE_CHECKING:
    from tests.fakes.wavespeed import FakeWaveSpeed

MODELS = "/api/v3/models"


def test_an_answer_is_read_whole(upstream: FakeWaveSpeed) -> None:
    with bounded_session(30, 10_000_000) as session:
        assert session.get(f"{upstream.url}{MODELS}").json()


def test_an_answer_over_the_limit_is_refused(upstream: FakeWaveSpeed) -> None:
    with bounded_session(30, 3) as session, pytest.raises(OSError, match="longer than 3 bytes"):
        session.get(f"{upstream.url}{MODELS}")
