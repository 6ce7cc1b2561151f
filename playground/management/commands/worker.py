"""`manage.py worker`: carries runs. As many of these as wanted, on as many machines as wanted."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from playground.operations import worker_threads
from playground.operations.memory import save_memory
from playground.operations.migrating import refuse_older_database


class Command(BaseCommand):
    help = "Carry queued runs to their end. Ctrl-C or SIGTERM ends it within 10 seconds."
    requires_system_checks = ()  # they import every page; the web process makes them

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--instead-of", type=int, metavar="PID", help="a worker that died here")

    def handle(self, *_args: Any, **options: Any) -> None:
        refuse_older_database()
        if options["instead_of"]:
            worker_threads.release_dead(options["instead_of"])
        save_memory()
        with worker_threads.prepared() as consumer:
            consumer.run()
