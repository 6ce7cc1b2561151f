"""`manage.py serve`: the whole playground on this machine, web and worker, until Ctrl-C."""

from __future__ import annotations

import ctypes
import gc
import socket
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from gunicorn.app.base import BaseApplication

from playground import server
from playground.access import ACCOUNTS
from playground.models import Account
from playground.schema import refuse_older_database
from playground.services.provider_choice import DEMO, default_provider
from playground.supervisor import WorkerKeeper

ADDRESS = "127.0.0.1"


class Command(BaseCommand):
    help = "Migrate, then serve web and worker on this machine. Ctrl-C stops both."

    def handle(self, *_args: Any, **_options: Any) -> None:
        refuse_used_port(settings.PORT)
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # else whitenoise warns of it
        call_command("migrate", interactive=False, verbosity=0)
        refuse_older_database()
        nobody_yet = settings.ACCESS == ACCOUNTS and not Account.objects.exists()
        is_demo = default_provider() == DEMO
        connections.close_all()  # the web process is forked from this one
        keeper = WorkerKeeper()
        self.stdout.write(f"Vision Playground is at http://{ADDRESS}:{settings.PORT}/")
        if nobody_yet:
            self.stdout.write(NO_ACCOUNT)
        self.stdout.write(NO_KEY if is_demo else "Ctrl-C stops it.")
        self.stdout.flush()
        give_memory_back()
        gc.freeze()  # what is here already stays in common with the web process, 15 MB of it
        Web(keeper).run()


NO_ACCOUNT = "There is no account yet. Make the first one: python manage.py createadmin NAME"
NO_KEY = (
    "Ctrl-C stops it. No key is set, so the demo answers: no model is asked. "
    "Set one in Settings, or as WAVESPEED_API_KEY."
)


def give_memory_back() -> None:
    """Migrations leave 10 MB behind, which glibc keeps unless asked. Others have no such call."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)


def refuse_used_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} is in use. Stop what uses it, or set PORT to another number."
            ) from error


class Web(BaseApplication):
    """gunicorn inside this process, with the worker beside it for as long as it runs."""

    def __init__(self, keeper: WorkerKeeper) -> None:
        self.keeper = keeper
        super().__init__()

    def load_config(self) -> None:
        for name in server.SHARED:
            self.cfg.set(name, getattr(server, name))
        self.cfg.set("bind", f"{ADDRESS}:{settings.PORT}")
        self.cfg.set("when_ready", lambda _arbiter: self.keeper.start())
        self.cfg.set("on_exit", lambda _arbiter: self.keeper.stop())

    def load(self) -> Any:
        from playground.wsgi import application  # sets Django up: not before the fork

        return application
