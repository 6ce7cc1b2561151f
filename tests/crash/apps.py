"""Prepares a worker for the crash test: short leases, quick sweeps, and steps at which it dies."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from django.apps import AppConfig


class CrashConfig(AppConfig):
    name = "tests.crash"

    def ready(self) -> None:
        from tests.crash import steps

        shorten()
        steps.install(Path(os.environ["CRASH_FLAGS"]))


def shorten() -> None:
    """Minutes of waiting become seconds; what is waited for stays the same."""
    from playground.experiments import importing
    from playground.runs import transitions
    from playground.worker import execution, recovery

    transitions.LEASE = timedelta(seconds=5)
    transitions.PREPARING_LEASE = timedelta(seconds=5)
    transitions.SUBMITTING_LEASE = timedelta(seconds=6)
    importing.LEASE = timedelta(seconds=5)
    execution.LEASE_RENEWAL_SECONDS = 1.5
    recovery.UNHEARD = timedelta(seconds=4)
    recovery.SWEEP_SECONDS = 2.0
