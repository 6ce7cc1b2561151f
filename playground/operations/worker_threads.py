"""The worker's threads: they take runs from the queue and execute them, in whichever process.

Several may run beside each other, each in a process of its own.
"""

import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from huey.consumer import Consumer
from huey.consumer_options import ConsumerConfig
from huey.contrib.djhuey import HUEY

from playground import tasks
from playground.experiments import importing, progress
from playground.history import deletion
from playground.storage.databases import give_back_connection, pass_connections_on
from playground.storage.writes import orderly_writes
from playground.worker import execution, recovery
from playground.worker.models import HEARTBEAT_SECONDS, Worker

logger = logging.getLogger(__name__)


class WithoutSignals(Consumer):  # type: ignore[misc] # Huey has no types
    """For a process whose signals somebody else has."""

    def _set_signal_handlers(self) -> None:
        pass


@contextmanager
def prepared(kind: type[Consumer] = Consumer) -> Iterator[Consumer]:
    """Make a consumer that is not started yet; give its runs back once its block has ended."""
    pass_connections_on()
    HUEY.post_execute(name="give back")(lambda *_task: give_back_connection())
    execution.WORKER = execution.new_name()
    consumer = kind(HUEY, **ConsumerConfig(**settings.HUEY["consumer"]).values)
    execution.stopping = consumer.stop_flag  # every wait of a run ends when the consumer does
    beat = threading.Thread(target=heartbeat, args=(consumer.stop_flag,), name="heartbeat")
    beat.start()
    listen_to_queue(consumer.stop_flag)
    tasks.DOORS["tidy"]()
    tasks.sweep_files()
    tasks.list_models()
    tasks.look_around()
    give_back_connection()
    try:
        yield consumer
    finally:
        consumer.stop_flag.set()
        beat.join()


@contextmanager
def running() -> Iterator[threading.Event]:
    """Run the threads inside the block; yields what stops them, and waits for them at its end."""
    with prepared(WithoutSignals) as consumer:
        consumer.start()
        try:
            yield consumer.stop_flag
        finally:
            consumer.stop(graceful=True)


def listen_to_queue(stopping: threading.Event) -> None:
    """Have idle threads woken by the queue, and told again what an outage may have lost."""
    HUEY.storage.outage.returned = recovery.dispatch_again
    listen = HUEY.storage.listen
    threading.Thread(target=listen, args=(stopping,), name="queue", daemon=True).start()


def release_dead(pid: int) -> None:
    """Free what a dead worker of this machine held, so that nobody waits for its leases."""
    for worker in Worker.objects.filter(name__startswith=f"{socket.gethostname()}:{pid}:"):
        recovery.release_worker(worker.name)


def heartbeat(stopping: threading.Event) -> None:
    """Report every few seconds, and sweep every minute.

    In a thread of its own: a worker whose threads are all busy still has to do both.
    """
    started, swept = timezone.now(), 0.0
    while True:
        try:
            report(started)
            if time.monotonic() - swept > recovery.SWEEP_SECONDS:
                recovery.sweep()
                progress.sweep()
                importing.carry_all()
                deletion.purge()
                swept = time.monotonic()
            give_back_connection()
        except Exception:
            # The outermost step of this thread: without it nobody would sweep any more.
            logger.warning("the heartbeat missed a beat", exc_info=True)
            connection.close()
        if stopping.wait(min(HEARTBEAT_SECONDS, recovery.SWEEP_SECONDS)):
            break
    recovery.give_back(execution.WORKER)
    Worker.objects.filter(name=execution.WORKER).delete()
    connection.close()


def report(started: datetime) -> None:
    values: dict[str, Any] = {"seen_at": timezone.now(), "started_at": started}
    with orderly_writes():
        Worker.objects.update_or_create(name=execution.WORKER, defaults=values)
