"""Thin doors from the queue to the services. A message is a hint; the run's row is the truth.

Each gives its database connection back: an idle thread must not keep one of a small pool.
"""

from __future__ import annotations

import logging
import uuid
from typing import TYPE_CHECKING

from huey import crontab
from huey.contrib.djhuey import HUEY, db_periodic_task, db_task

from playground.queue import storage_errors

if TYPE_CHECKING:
    from collections.abc import Iterable

    from huey.api import Task, TaskWrapper

logger = logging.getLogger(__name__)


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
    """Hourly: pictures that nothing uses, sessions that ended, and the provider's prices."""
    from playground.services import allowance, images, presets, prices, quotes, sign_in

    images.sweep_unused()
    sign_in.sweep()
    allowance.sweep()
    presets.sweep()
    quotes.sweep()
    prices.refresh_quotes()


@db_periodic_task(crontab(minute="*/10"))
def list_models() -> None:
    """Ask the servers which models they have."""
    from playground.services import offers, prices

    if offers.refresh():  # what is new has no price yet
        prices.refresh_quotes()


@db_task()
def ask_server(slug: str) -> None:
    """Ask a server that was just set up or changed which models it has."""
    from playground.services import offers, prices

    if offers.ask(slug):
        prices.refresh_quotes()


@db_periodic_task(crontab(minute="*"))
def count_recent() -> None:
    """Every minute: what today's runs of each model came to."""
    from playground.services import counting

    counting.count_recent()


@db_periodic_task(crontab(minute="*"))
def correct_estimates() -> None:
    """Every minute: what the provider asks for the inputs that runs had."""
    from playground.services import quotes

    quotes.correct_estimates()


@db_periodic_task(crontab(minute="*"))
def read_charges() -> None:
    """Every minute: what the provider charged for the runs of the last hour."""
    from playground.services import charges

    charges.read_charges()


@db_periodic_task(crontab(minute="37"))
def count_all() -> None:
    """Hourly: the whole month, for what changed late."""
    from playground.services import counting

    counting.count_all()


@db_task()
def look_around() -> None:
    """Look for servers on this machine, to be offered in Settings."""
    from playground.services import servers

    servers.look_around()


def dispatch_search() -> None:
    """Tell a worker that somebody wants to know which servers this machine has."""
    try:
        look_around()
    except storage_errors():
        logger.warning("the queue did not take a message", exc_info=True)


def dispatch_ask(slug: str) -> None:
    """Tell a worker that a server was set up or changed."""
    try:
        ask_server(slug)
    except storage_errors():
        logger.warning("the queue did not take a message", exc_info=True)


def dispatch(*run_ids: uuid.UUID) -> None:
    """Tell the workers about runs that have to be carried."""
    _tell(carry, run_ids)


def dispatch_lookup(run_id: uuid.UUID) -> None:
    """Tell the workers that somebody wants to know what became of a run."""
    _tell(look_up, [run_id])


def dispatch_look(run_id: uuid.UUID) -> None:
    """Tell the workers that a run's prediction is said to have ended."""
    _tell(look_now, [run_id])


def _tell(door: TaskWrapper, run_ids: Iterable[uuid.UUID]) -> None:
    # A queue that is away must not turn a state that was written into an error page, nor end the
    # sweep that would mend it: the row is the truth, and the next sweep tells the workers again.
    try:
        _enqueue([door.s(str(run_id)) for run_id in run_ids])
    except storage_errors():
        logger.warning("the queue did not take a message; the sweep will", exc_info=True)


def _enqueue(messages: list[Task]) -> None:
    enqueue_all = getattr(HUEY.storage, "enqueue_all", None)
    if enqueue_all and len(messages) > 1:
        enqueue_all([HUEY.serialize_task(message) for message in messages])
        return
    for message in messages:
        HUEY.enqueue(message)
