"""`manage.py forgetfactors NAME`: for an administrator who lost app, passkey and recovery codes."""

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser

from playground.accounts.sign_in import find
from playground.operations.migrating import refuse_older_database


class Command(BaseCommand):
    help = "Remove the second factors of an account, so that its password alone lets in again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")

    def handle(self, *_args: Any, **options: Any) -> None:
        refuse_older_database()
        account = find(options["name"])
        if not account:
            raise CommandError(f"There is no account {options['name']}.")
        if not apps.is_installed("allauth.mfa"):
            raise CommandError("Set ACCESS=accounts: without sign-in there is no second factor.")
        from playground.accounts import members

        members.forget_factors(account)
        self.stdout.write(f"{account.username} signs in with the password alone.")
