"""Thin doors from the queue to the services. A message is a hint; the run's row is the truth.

Each gives its database connection back: an idle thread must not keep one of a small pool. A service
is imported with the first message for it, since services send messages themselves.
"""

import uuid
from collections.abc import Callable

from django.utils.module_loading import import_string
from huey import crontab
from huey.contrib.djhuey import db_periodic_task, db_task

# Messages with the id of a row, by their names, and what is called with it.
OF_ROWS = {
    "carry": "worker.execution.execute",
    "look_up": "worker.lookup.look_up",
    "look_now": "worker.execution.look_now",
    "go_on": "experiments.progress.advance",
    "carry_import": "experiments.importing.carry",
    "check_run": "evidence.checking.read_images",
}
# What is done by the clock: at which minute of each hour, and what.
SWEEPS = {
    "tidy": (
        "7",
        "experiments.test_sets.sweep",
        "experiments.importing.sweep",
        "images.store.sweep_unused",
        "images.pdfs.sweep",
        "accounts.sign_in.sweep",
        "accounts.sessions.sweep",
        "accounts.audit.log.sweep",
        "spending.limits.sweep",
        "composer.presets.library.sweep",
        "spending.quotes.sweep",
        "spending.prices.refresh_quotes",
    ),
    "retain": ("27", "history.retention.sweep"),
    "count_all": ("37", "catalog.daily_stats.count_all"),
    "check_again": ("*", "evidence.checking.sweep"),
    "erase": ("*", "history.erasure.sweep"),
    "count_recent": ("*", "catalog.daily_stats.count_recent"),
    "correct_estimates": ("*", "spending.quotes.correct_estimates"),
    "read_charges": ("*", "spending.charges.read_charges"),
    "redraw": ("*", "worker.redrawing.redraw"),
}


def _of_row(path: str) -> Callable[[str], None]:
    return lambda pk: import_string(f"playground.{path}")(uuid.UUID(pk))


def _in_turn(paths: tuple[str, ...]) -> Callable[[], None]:
    def sweep() -> None:
        for path in paths:
            import_string(f"playground.{path}")()

    return sweep


DOORS = {name: db_task(name=name)(_of_row(path)) for name, path in OF_ROWS.items()}
DOORS |= {
    name: db_periodic_task(crontab(minute=minute), name=name)(_in_turn(tuple(paths)))
    for name, (minute, *paths) in SWEEPS.items()
}


@db_periodic_task(crontab(hour="3", minute="47"))
def sweep_files() -> None:
    """Daily, and at the start of a worker: files of pictures that have no row."""
    from playground.images import leftovers

    leftovers.sweep()


@db_periodic_task(crontab(minute="*/10"))
def list_models() -> None:
    """Ask the servers which models they have, in a task each: one may take its time."""
    from playground.connections import model_lists

    model_lists.refresh(ask_server)


@db_task()
def ask_server(slug: str) -> None:
    """Ask a server which models it has."""
    from playground.connections import model_lists
    from playground.spending import prices

    if model_lists.ask(slug):  # what is new has no price yet
        prices.refresh_quotes()


@db_task()
def look_around() -> None:
    """Look for servers on this machine, to be offered in Settings."""
    from playground.connections import servers

    servers.look_around()


DOORS |= {"ask_server": ask_server, "look_around": look_around}
