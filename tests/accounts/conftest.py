"""What every test of accounts needs: time that does not pass between a code and its use."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest
from allauth.mfa.totp.internal import auth

from tests.accounts import factors


@pytest.fixture(autouse=True)
def _half_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the half minute in which a code holds: it may end between two lines of a test."""
    now = time.time()
    for module in (auth, factors):
        monkeypatch.setattr(module, "time", SimpleNamespace(time=lambda: now))
