"""Thin doors from the queue to the services. A message is a hint; the run's row is the truth.

Each gives its database connection back: an idle thread must not keep one of a small pool.
"""

from __future__ import annotations

import uuid

from huey import crontab
from huey.contrib.djhuey import db_periodic_task, db_task


@db_task()
def carry(run_id: str) -> None:
    """Carry one run as far as it goes, then whatever else waits."""
    from playground.services import execution  # services dispatch through this module

    execution.carry(uuid.UUID(run_id))


@db_task()
def look_up(run_id: str) -> None:
    """Ask the provider whether it has a run after all."""
    from playground.services import reconciliation

    reconciliation.look_up(uuid.UUID(run_id))


@db_task()
def look_now(run_id: str) -> None:
    """Read the result of a run whose prediction is said to have ended."""
    from playground.services import execution

    execution.look_now(uuid.UUID(run_id))


@db_periodic_task(crontab(minute="7"))
def tidy() -> None:
    """Hourly: pictures that nothing uses, and the provider's prices."""
    from playground.services import images, prices

    images.sweep_unused()
    prices.refresh_quotes()


def dispatch(*run_ids: uuid.UUID) -> None:
    """Tell the workers about runs that have to be carried."""
    for run_id in run_ids:
        carry(str(run_id))


def dispatch_lookup(run_id: uuid.UUID) -> None:
    """Tell the workers about a run that has to be looked up."""
    look_up(str(run_id))


def dispatch_look(run_id: uuid.UUID) -> None:
    """Tell the workers about a run whose answer may be there."""
    look_now(str(run_id))
