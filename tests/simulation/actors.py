"""Who acts besides people: workers with their threads, and the provider's calls."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.db import DatabaseError
from django.test import RequestFactory

from playground.operations import worker_threads
from playground.worker import execution, lookup, views, webhooks
from tests.simulation.clock import Process

if TYPE_CHECKING:
    from uuid import UUID

    from tests.simulation.provider import Accepted
    from tests.simulation.world import World

THREADS = 2
TASKS = {"carry": execution.execute, "look_up": lookup.look_up, "look_now": execution.look_now}


def start_worker(world: World, name: str) -> Process:
    worker = Process(name, world.clock)
    world.clock.spawn(worker, lambda: _beat(worker))
    for _ in range(THREADS):
        world.clock.spawn(worker, lambda: _work(world, worker))
    return worker


def _beat(worker: Process) -> None:
    try:
        worker_threads.heartbeat(worker.stopping)  # type: ignore[arg-type]
    except DatabaseError:
        return  # in its last act: another worker's sweep takes what it held


def _work(world: World, worker: Process) -> None:
    """A thread that takes messages until its worker stops."""
    while not worker.stopping.is_set():
        message = world.queue.take()
        if not message:
            _idle(world, worker)
            continue
        _do(world, message)


def _idle(world: World, worker: Process) -> None:
    actor = world.clock.actor
    assert actor
    actor.is_idle = True
    worker.stopping.wait(min(world.queue.next_due, 1e6))
    actor.is_idle = False


def _do(world: World, message: tuple[str, str]) -> None:
    name, run = message
    try:
        TASKS[name](world.uuid(run))
    except DatabaseError:
        return  # the queue logs it


def call_about(world: World, made: Accepted, word: str) -> None:
    """The provider's call when a prediction has ended, or is there."""
    body = json.dumps({"id": made.id, "status": word}).encode()
    moment = str(int(world.clock.time()))
    signed = webhooks.signature("call", moment, body)
    headers = {"webhook-id": "call", "webhook-timestamp": moment, "webhook-signature": signed}
    path = urlsplit(made.webhook).path
    request = RequestFactory().post(path, body, "application/json", headers=headers)
    try:
        views.wavespeed(request, run_id_of(path, world))
    except DatabaseError:
        return  # answered with a fault, and not called again


def run_id_of(path: str, world: World) -> UUID:
    return world.uuid(path.strip("/").split("/")[-1])
