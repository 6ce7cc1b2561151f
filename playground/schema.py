"""Whether the database is as new as the program. Nothing is served from one that is older."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.core.management.base import CommandError
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django.db.migrations.executor import MigrationExecutor

if TYPE_CHECKING:
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
