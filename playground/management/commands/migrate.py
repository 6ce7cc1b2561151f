"""`manage.py migrate`: Django's own, with a backup of a SQLite database before it changes.

One process migrates at a time: a second one, of another machine perhaps, waits and finds it done.
"""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands.migrate import Command as Migrate
from django.db import DatabaseError, OperationalError, connections

from playground.config.locations import COMMAND
from playground.operations.migrating import (
    alone,
    is_deadlock,
    is_older,
    refuse_absent_database,
    refuse_newer_database,
)
from playground.storage.backup import back_up

MAX_DEADLOCKS = 5
FAILED = (
    "Nothing was migrated, because the backup could not be made: {}. "
    f"Free some space, or migrate without a backup: {COMMAND} migrate --no-backup"
)


class Command(Migrate):
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--no-backup", action="store_true", help="do not copy it first")

    def execute(self, *args: Any, **options: Any) -> Any:
        refuse_absent_database()  # before the checks, some of which ask it
        return super().execute(*args, **options)

    def handle(self, *args: Any, **options: Any) -> Any:
        if options["plan"] or options["check_unapplied"]:
            return super().handle(*args, **options)
        connection = connections[options["database"]]
        with alone(connection):
            refuse_newer_database(connection)
            if not options.get("no_backup"):
                self._back_up(options)
            return self._patiently(*args, **options)

    def _patiently(self, *args: Any, **options: Any) -> Any:
        """Begin anew where PostgreSQL ends a migration for a deadlock with who is served meanwhile.

        Each migration is a transaction: those before it are done, and of it nothing is.
        """
        for _ in range(MAX_DEADLOCKS):
            try:
                return super().handle(*args, **options)
            except OperationalError as error:
                if not is_deadlock(error):
                    raise
        return super().handle(*args, **options)

    def _back_up(self, options: dict[str, Any]) -> None:
        connection = connections[options["database"]]
        # With a target it may go back, which takes columns away.
        if not options["app_label"] and not is_older(connection):
            return
        try:
            made = back_up(connection)
        except (OSError, DatabaseError) as error:
            raise CommandError(FAILED.format(error)) from error
        if made and options["verbosity"] > 0:
            self.stdout.write(f"Copied the database to {made}")
