"""Whether the database is as new as the program, and who may make it so.

Nothing is served from one that is older.
"""

import fcntl
import logging
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from playground.config.locations import COMMAND
from playground.operations.trials import TroubleError, try_database
from playground.storage.postgresql.parameters import connect

logger = logging.getLogger(__name__)

APP = "playground"
DEADLOCK = "40P01"  # PostgreSQL's SQLSTATE

NEWER = (
    "The database is newer than this program: {} has changed it. "
    "Install the newer version again, or put back a backup from before."
)
OLDER = f"The database is older than this program. Run: {COMMAND} migrate"


def refuse_newer_database(connection: BaseDatabaseWrapper) -> None:
    """Raise CommandError where a later version of the program has migrated it."""
    loader = MigrationLoader(connection)
    replaced = [one for migration in loader.disk_migrations.values() for one in migration.replaces]
    known = {*loader.disk_migrations, *replaced}
    newer = [name for app, name in {*loader.applied_migrations} - known if app == APP]
    if newer:
        raise CommandError(NEWER.format(max(newer)))


def make_new_database() -> None:
    """Migrate where there is nothing yet that a migration could change."""
    refuse_absent_database()
    if not connections[DEFAULT_DB_ALIAS].introspection.table_names():
        call_command("migrate", interactive=False, verbosity=0)


def is_older(connection: BaseDatabaseWrapper) -> bool:
    """Whether there are migrations that this database has not had."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def is_deadlock(error: DatabaseError) -> bool:
    """Whether PostgreSQL chose this transaction to end, so that another can go on."""
    return getattr(error.__cause__, "sqlstate", "") == DEADLOCK


def refuse_older_database(*, may_be_away: bool = False) -> None:
    """Raise CommandError where the database does not answer, is newer or has to be migrated first.

    may_be_away: a web process says so on its pages until it does.
    """
    try:
        refuse_absent_database()
    except CommandError as error:
        if not may_be_away:
            raise
        logger.warning("%s", error)
        return
    refuse_newer_database(connections[DEFAULT_DB_ALIAS])
    if is_older(connections[DEFAULT_DB_ALIAS]):
        raise CommandError(OLDER)


def refuse_absent_database() -> None:
    """Raise CommandError, within seconds and in one line, where the database does not answer."""
    try:
        try_database()
    except TroubleError as trouble:
        raise CommandError(str(trouble)) from None


@contextmanager
def alone(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Wait until no other process migrates this database, then keep others waiting.

    Both locks end with the process that held them, however it ends.
    """
    with ExitStack() as held:
        if connection.vendor == "postgresql":
            # In a transaction: a pooler may lend each of ours to another session.
            beside = held.enter_context(closing(connect(connection.settings_dict)))
            beside.execute("SELECT pg_advisory_xact_lock(hashtext('playground.migrate'))")
        elif ":" not in str(connection.settings_dict["NAME"]):  # those are in memory
            with suppress(OSError):  # a folder that cannot be written to is migrate's to tell of
                file = Path(f"{connection.settings_dict['NAME']}-migrating")
                fcntl.flock(held.enter_context(file.open("a")), fcntl.LOCK_EX)
        yield
