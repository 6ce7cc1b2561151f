"""Tells the workers that there is work. What they do with a message is in tasks.py.

Tasks are looked up by their names: they import the services that dispatch.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.utils.module_loading import import_string
from huey.contrib.djhuey import HUEY

from playground.worker.queue.settings import storage_errors

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Mapping

    from huey.api import Task, TaskWrapper

logger = logging.getLogger(__name__)


def dispatch_search() -> None:
    """Tell a worker that somebody wants to know which servers this machine has."""
    _tell([_message("look_around")])


def dispatch_ask(slug: str) -> None:
    """Tell a worker that a server was set up or changed."""
    _tell([_message("ask_server", slug)])


def dispatch(*run_ids: uuid.UUID) -> None:
    """Tell the workers about runs that have to be carried."""
    _tell(_message("carry", pk) for pk in run_ids)


def dispatch_lookup(run_id: uuid.UUID) -> None:
    """Tell the workers that somebody wants to know what became of a run."""
    _tell([_message("look_up", run_id)])


def dispatch_look(run_id: uuid.UUID, delay: float | None = None) -> None:
    """Tell the workers that a run's prediction is said to have ended. delay: seconds."""
    _tell([_message("look_now", run_id, delay=delay)])


def dispatch_experiment(pk: uuid.UUID) -> None:
    """Tell the workers that an experiment has runs to create."""
    _tell([_message("go_on", pk)])


def dispatch_check(*run_ids: uuid.UUID) -> None:
    """Tell the workers about runs whose images have to be read for their evidence."""
    _tell(_message("check_run", pk) for pk in run_ids)


def dispatch_import(import_id: uuid.UUID) -> None:
    """Tell the workers about an import that has to be carried."""
    _tell([_message("carry_import", import_id)])


def _message(door: str, *of: object, delay: float | None = None) -> Task:
    doors: Mapping[str, TaskWrapper] = import_string("playground.tasks.DOORS")
    return doors[door].s(*map(str, of), delay=delay)


def _tell(messages: Iterable[Task]) -> None:
    # A queue that is away must not turn a state that was written into an error page, nor end the
    # sweep that would mend it: the row is the truth, and the next sweep tells the workers again.
    try:
        _enqueue(list(messages))
    except storage_errors():
        logger.warning("the queue did not take a message; the sweep will", exc_info=True)


def _enqueue(messages: list[Task]) -> None:
    if len(messages) > 1:
        HUEY.storage.enqueue_all([HUEY.serialize_task(message) for message in messages])
        return
    for message in messages:
        HUEY.enqueue(message)
