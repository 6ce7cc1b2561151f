"""`manage.py backup`: a copy of the SQLite database, while the playground may be running."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from playground.storage.backup import back_up


class Command(BaseCommand):
    help = "Copy the SQLite database into the data folder. The newest three copies are kept."

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            made = back_up(connection)
        except (OSError, DatabaseError) as error:
            raise CommandError(f"The backup could not be made: {error}") from error
        if not made:
            raise CommandError("There is no SQLite database to copy. For PostgreSQL use pg_dump.")
        self.stdout.write(str(made))
