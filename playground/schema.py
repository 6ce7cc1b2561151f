"""Whether the database is as new as the program, and who may make it so.

Nothing is served from one that is older.
"""

from __future__ import annotations

import fcntl
import logging
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.management.base import CommandError
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django.db.migrations.executor import MigrationExecutor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

logger = logging.getLogger(__name__)

OLDER = "The database is older than this program. Run: python manage.py migrate"


def is_older(connection: BaseDatabaseWrapper) -> bool:
    """Whether there are migrations that this database has not had."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def refuse_older_database() -> None:
    """Raise CommandError where the database has to be migrated first.

    A database that does not answer is another matter: pages say so until it does.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    try:
        older = is_older(connection)
    except OperationalError:
        logger.warning("the database does not answer yet", exc_info=True)
        return
    if older:
        raise CommandError(OLDER)


@contextmanager
def alone(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Wait until no other process migrates this database, then keep others waiting.

    Both locks end with the process that held them, however it ends.
    """
    with ExitStack() as held:
        if connection.vendor == "postgresql":
            cursor = held.enter_context(connection.cursor())
            cursor.execute("SELECT pg_advisory_lock(hashtext('playground.migrate'))")
            unlock = "SELECT pg_advisory_unlock(hashtext('playground.migrate'))"
            held.callback(cursor.execute, unlock)
        elif ":" not in str(connection.settings_dict["NAME"]):  # those are in memory
            with suppress(OSError):  # a folder that cannot be written to is migrate's to tell of
                beside = Path(f"{connection.settings_dict['NAME']}-migrating")
                fcntl.flock(held.enter_context(beside.open("a")), fcntl.LOCK_EX)
        yield
