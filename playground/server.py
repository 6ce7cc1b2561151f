"""How the web process is served: gunicorn's settings, for the Procfile and for `serve`.

Threads, not processes, wait for slow connections; a public installation sits behind a proxy that
buffers them (docs/deployment.md).
"""

import os
import sys
import tempfile
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "playground.settings")
try:
    settings.configured or settings.PORT  # noqa: B018 - reads them now
except ImproperlyConfigured as error:  # one line says which; gunicorn would print where
    sys.exit(str(error))
# Other machines may connect once somebody has named the hosts they connect to.
_address = "127.0.0.1" if settings.LOCAL else "0.0.0.0"  # noqa: S104
bind = f"{_address}:{settings.PORT}"
worker_class = "playground.operations.gunicorn_worker.Worker"
workers = settings.WEB_CONCURRENCY
threads = settings.WEB_THREADS
worker_connections = 8192  # polls that wait hold one each, and no thread
keepalive = 5  # seconds; longer than the 4 s between polls, so that they share a connection
timeout = 60
graceful_timeout = 8
max_requests = 0
limit_request_line = 8190
limit_request_fields = 100
limit_request_field_size = 8190
# gunicorn would let these headers say where the request goes, if they come from this machine: so
# from every proxy on it, whoever wrote them.
forwarder_headers = ""
loglevel = "warning"
control_socket_disable = True
# What `serve` takes over from here; it binds and starts in its own way.
SHARED = [
    *(
        "worker_class",
        "workers",
        "threads",
        "worker_connections",
        "keepalive",
        "timeout",
        "graceful_timeout",
    ),
    *("limit_request_line", "limit_request_fields", "limit_request_field_size"),
    *("forwarder_headers", "loglevel", "control_socket_disable"),
    *("pre_fork", "post_worker_init"),
]
if workers > 1:  # /metrics adds up what all of them counted
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="playground-"))


def pre_fork(_arbiter: Any, _worker: Any) -> None:
    """Leave no socket open that a web process would share with this one. gunicorn calls it."""
    from django.db import connections

    connections.close_all()


def post_worker_init(_worker: Any) -> None:
    """Share the database's connections among the threads of a web process. gunicorn calls it."""
    from django.db import connection

    from playground.storage.databases import pass_connections_on

    if connection.vendor != "sqlite":  # whose threads keep theirs: one costs next to nothing
        pass_connections_on()


def on_starting(_arbiter: Any) -> None:
    """Refuse to serve from a database that has to be migrated first. gunicorn calls it once.

    What it sets about memory, the processes that it starts have too.
    """
    import django

    django.setup()
    from django.core.management.base import CommandError

    from playground.operations.checks import refuse_open_door
    from playground.operations.installation import refuse_half_upgrade
    from playground.operations.memory import save_memory
    from playground.operations.migrating import refuse_older_database

    try:
        refuse_open_door()
        refuse_half_upgrade()
        refuse_older_database(may_be_away=True)
    except CommandError as error:
        sys.exit(str(error))
    save_memory()
