"""`manage.py recount`: counts the last month's runs by model and day again."""

from typing import Any

from django.core.management.base import BaseCommand

from playground.catalog import daily_stats
from playground.operations.migrating import refuse_older_database


class Command(BaseCommand):
    help = "Count the runs of the last 30 days again, for the Models page. Safe at any time."

    def handle(self, *_args: Any, **_options: Any) -> None:
        refuse_older_database()
        changed = daily_stats.count_all()
        self.stdout.write(f"{changed:,} rows changed" if changed else "Every row was right")
