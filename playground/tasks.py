"""Thin doors from the queue to the services. A message is a hint; the run's row is the truth.

Each gives its database connection back: an idle thread must not keep one of a small pool.
"""

from __future__ import annotations

import uuid

from huey import crontab
from huey.contrib.djhuey import db_periodic_task, db_task


@db_task()
def carry(run_id: str) -> None:
    """Carry one run as far as it goes, then whatever else waits."""
    from playground.worker import execution  # services dispatch through this module

    execution.execute(uuid.UUID(run_id))


@db_task()
def look_up(run_id: str) -> None:
    """Ask the provider whether it has a run after all."""
    from playground.worker import lookup

    lookup.look_up(uuid.UUID(run_id))


@db_task()
def look_now(run_id: str) -> None:
    """Read the result of a run whose prediction is said to have ended."""
    from playground.worker import execution

    execution.look_now(uuid.UUID(run_id))


@db_task()
def go_on(experiment_id: str) -> None:
    """Create further runs of an experiment."""
    from playground.experiments import progress

    progress.advance(uuid.UUID(experiment_id))


@db_task()
def carry_import(import_id: str) -> None:
    """Carry an import as far as it goes without a person."""
    from playground.experiments import importing

    importing.carry(uuid.UUID(import_id))


@db_task()
def check_run(run_id: str) -> None:
    """Read the images of a run for its evidence."""
    from playground.evidence import checking

    checking.read_images(uuid.UUID(run_id))


@db_periodic_task(crontab(minute="*"))
def check_again() -> None:
    """Every minute: runs whose images are still to be read for their evidence."""
    from playground.evidence import checking

    checking.sweep()


@db_periodic_task(crontab(minute="7"))
def tidy() -> None:
    """Hourly: files that nothing uses, sessions that ended, and the provider's prices."""
    from playground.accounts import sessions, sign_in
    from playground.accounts.audit import log
    from playground.composer.presets import library
    from playground.experiments import importing, test_sets
    from playground.images import pdfs, store
    from playground.spending import limits, prices, quotes

    test_sets.sweep()
    importing.sweep()
    store.sweep_unused()
    pdfs.sweep()
    sign_in.sweep()
    sessions.sweep()
    log.sweep()
    limits.sweep()
    library.sweep()
    quotes.sweep()
    prices.refresh_quotes()


@db_periodic_task(crontab(minute="27"))
def retain() -> None:
    """Hourly: runs that are older than they are kept, and what will be in a week."""
    from playground.history import retention

    retention.sweep()


@db_periodic_task(crontab(minute="*"))
def erase() -> None:
    """Every minute: what accounts have that are being erased."""
    from playground.history import erasure

    erasure.sweep()


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


@db_periodic_task(crontab(minute="*"))
def count_recent() -> None:
    """Every minute: what today's runs of each model came to."""
    from playground.catalog import daily_stats

    daily_stats.count_recent()


@db_periodic_task(crontab(minute="*"))
def correct_estimates() -> None:
    """Every minute: what the provider asks for the inputs that runs had."""
    from playground.spending import quotes

    quotes.correct_estimates()


@db_periodic_task(crontab(minute="*"))
def read_charges() -> None:
    """Every minute: what the provider charged for the runs of the last hour."""
    from playground.spending import charges

    charges.read_charges()


@db_periodic_task(crontab(minute="*"))
def redraw() -> None:
    """Every minute, after an upgrade: answers that an older renderer drew."""
    from playground.worker import redrawing

    redrawing.redraw()


@db_periodic_task(crontab(minute="37"))
def count_all() -> None:
    """Hourly: the whole month, for what changed late."""
    from playground.catalog import daily_stats

    daily_stats.count_all()


@db_task()
def look_around() -> None:
    """Look for servers on this machine, to be offered in Settings."""
    from playground.connections import servers

    servers.look_around()
