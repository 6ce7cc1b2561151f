"""`manage.py adopt NAME`: hand what was made without sign-in to an account."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from playground.accounts.sign_in import find
from playground.connections.models import StoredKey
from playground.operations.adoption import adopt
from playground.operations.migrating import refuse_older_database
from playground.web.formatting import counted

KEYS_STAY = "Keys that were set in Settings stay the site's. Administrators see them there."


class Command(BaseCommand):
    help = "Hand what has no owner, as a local playground leaves it, to an account."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="username or email")

    def handle(self, *_args: Any, **options: Any) -> None:
        refuse_older_database()
        account = find(options["name"])
        if not account:
            raise CommandError(f"There is no account {options['name']}. Nothing was changed.")
        for name, count in adopt(account):
            if count:
                self.stdout.write(counted(count, name))
        self.stdout.write(f"What had no owner belongs to {account.username} now.")
        if StoredKey.objects.filter(owner=None).exists():
            self.stdout.write(KEYS_STAY)
