"""Thin doors from the queue to the services. A message is a hint; the run's row is the truth."""

from __future__ import annotations

import uuid

from huey import crontab
from huey.contrib.djhuey import periodic_task, task


@task()
def carry(run_id: str) -> None:
    """Carry one run as far as it goes, then whatever else waits."""
    from playground.services import execution  # services dispatch through this module

    execution.carry(uuid.UUID(run_id))


@periodic_task(crontab(minute="*"))
def sweep() -> None:
    """Find what a crash left behind. Runs at the start of a worker and every minute."""
    from playground.services import recovery

    recovery.sweep()


@periodic_task(crontab(minute="7"))
def tidy() -> None:
    """Hourly: pictures that nothing uses, and the provider's prices."""
    from playground.services import images, prices

    images.sweep_unused()
    prices.refresh_quotes()


def dispatch(*run_ids: uuid.UUID) -> None:
    """Tell the workers about runs. The only door to the queue."""
    for run_id in run_ids:
        carry(str(run_id))
