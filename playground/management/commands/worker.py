"""`manage.py worker`: carries runs. As many of these as wanted, on as many machines as wanted."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection
from django.utils import timezone
from huey.consumer_options import ConsumerConfig
from huey.contrib.djhuey import HUEY

from playground import tasks
from playground.history import deletion
from playground.operations.migrating import refuse_older_database
from playground.storage.databases import give_back_connection, pass_connections_on
from playground.storage.writes import orderly_writes
from playground.worker import execution, recovery
from playground.worker.models import HEARTBEAT_SECONDS, Worker

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from datetime import datetime

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Carry queued runs to their end. Ctrl-C or SIGTERM ends it within 10 seconds."
    requires_system_checks = ()  # they import every page; the web process makes them

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--supervised", action="store_true", help="end when the input closes")
        parser.add_argument("--instead-of", type=int, metavar="PID", help="a worker that died here")

    def handle(self, *_args: Any, **options: Any) -> None:
        pass_connections_on()
        HUEY.post_execute(name="give back")(lambda *_task: give_back_connection())
        refuse_older_database()
        if options["instead_of"]:
            release_dead(options["instead_of"])
        config = ConsumerConfig(**settings.HUEY["consumer"])
        consumer = HUEY.create_consumer(**config.values)
        execution.stopping = consumer.stop_flag  # every wait of a run ends when the consumer does
        if options["supervised"]:
            threading.Thread(target=leave_with_parent, name="parent", daemon=True).start()
        beat = threading.Thread(target=heartbeat, args=(consumer.stop_flag,), name="heartbeat")
        beat.start()
        listen_to_queue(consumer.stop_flag)
        tasks.tidy()
        tasks.list_models()
        tasks.look_around()
        give_back_connection()
        try:
            consumer.run()
        finally:
            consumer.stop_flag.set()
            beat.join()


def listen_to_queue(stopping: threading.Event) -> None:
    """Have idle threads woken by the queue, and what it may have lost told again after an outage.

    Redis wakes them by itself.
    """
    HUEY.storage.outage.returned = recovery.dispatch_again
    listen = getattr(HUEY.storage, "listen", None)
    if listen:
        threading.Thread(target=listen, args=(stopping,), name="doorbell", daemon=True).start()


def release_dead(pid: int) -> None:
    """Free what a dead worker of this machine held, so that nobody waits for its leases."""
    for name in Worker.objects.filter(name__startswith=f"{socket.gethostname()}:{pid}:"):
        recovery.release_worker(name.name)


def leave_with_parent() -> None:
    """The parent never writes: the read returns when it is gone."""
    os.read(sys.stdin.fileno(), 1)  # not buffered: its lock would be held while Python ends
    os.kill(os.getpid(), signal.SIGTERM)


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
    values = {"seen_at": timezone.now(), "started_at": started}
    with orderly_writes():
        Worker.objects.update_or_create(name=execution.WORKER, defaults=values)
