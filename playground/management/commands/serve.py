"""`manage.py serve`: the whole playground on this machine, pages and runs, until Ctrl-C."""

import errno
import gc
import socket
import sys
from multiprocessing import get_context
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from gunicorn.app.base import BaseApplication

from playground import server
from playground.accounts.models import Account
from playground.catalog.offered import may_run
from playground.config.access_modes import ACCOUNTS
from playground.config.locations import COMMAND
from playground.connections.routing import default_provider
from playground.operations.command_line import execute
from playground.operations.installation import refuse_half_upgrade
from playground.operations.memory import save_memory
from playground.operations.one_process import dead
from playground.providers.endpoint import DEMO, TEXT_READER

ADDRESS = "127.0.0.1"


class Command(BaseCommand):
    help = "Migrate, then serve pages and carry runs on this machine. Ctrl-C stops it."

    def handle(self, *_args: Any, **_options: Any) -> None:
        refuse_used_port(settings.PORT)
        refuse_half_upgrade()
        migrate_apart()
        nobody_yet = settings.ACCESS == ACCOUNTS and not Account.objects.exists()
        is_demo = default_provider() == DEMO
        self.stdout.write(f"Vision Playground is at http://{ADDRESS}:{settings.PORT}/")
        if nobody_yet:
            self.stdout.write(NO_ACCOUNT)
        self.stdout.write(_without_key() if is_demo else "Ctrl-C stops it.")
        self.stdout.flush()
        save_memory()
        gc.freeze()  # what is here already stays in common with the web process, 15 MB of it
        Web().run()


NO_ACCOUNT = f"There is no account yet. Make the first one: {COMMAND} createadmin NAME"
NO_KEY = "Ctrl-C stops it. No key is set, so {}. Set one in Settings, or as WAVESPEED_API_KEY."


def _without_key() -> str:
    """Say who answers without a key."""
    if may_run(TEXT_READER):
        return NO_KEY.format("the text reader reads images and no model is asked")
    return NO_KEY.format("the demo answers: no model is asked")


USED_PORT = "Port {} is in use. Stop what uses it, or set PORT to another number."
CLOSED_PORT = "Port {} cannot be used: {}. Set PORT to another number, from 1024 on."


def migrate_apart() -> None:
    """Migrate in a process that ends: what Django loads for it, 5 to 15 MB, would stay for good."""
    connections.close_all()
    words = ["manage.py", "migrate", "--no-input", "--skip-checks", "--verbosity=0"]
    process = get_context("fork").Process(target=execute, args=[words])
    process.start()
    process.join()
    if process.exitcode:  # it has said why
        sys.exit(1)


def refuse_used_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError as error:
            words = USED_PORT if error.errno == errno.EADDRINUSE else CLOSED_PORT
            raise CommandError(words.format(port, error.strerror)) from error


class Web(BaseApplication):
    """gunicorn's arbiter in this process; it keeps one that serves pages and carries runs."""

    def load_config(self) -> None:
        for name in server.SHARED:
            self.cfg.set(name, getattr(server, name))
        self.cfg.set("bind", f"{ADDRESS}:{settings.PORT}")
        self.cfg.set("workers", 1)
        self.cfg.set("worker_class", "playground.operations.one_process.Worker")
        self.cfg.set("child_exit", lambda _arbiter, process: dead.append(process.pid))

    def load(self) -> Any:
        from playground.wsgi import application  # sets Django up: not before the fork

        return application
