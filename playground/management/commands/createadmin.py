"""`manage.py createadmin NAME`: the first account of a playground with accounts, or another one."""

import getpass
import sys
from typing import Any

from django.apps import apps
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError, transaction

from playground.accounts.audit.log import Kind, record
from playground.accounts.models import Account
from playground.operations.migrating import refuse_older_database


class Command(BaseCommand):
    help = "Make an account that may invite others. Asks for a password, or reads it from stdin."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--email", default="")
        parser.add_argument(
            "--password-stdin", action="store_true", help="read the password from standard input"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        if not apps.is_installed("allauth.mfa"):
            raise CommandError("Set ACCESS=accounts: without it nobody signs in. Nothing was made.")
        refuse_older_database()
        account = Account(username=options["name"], email=options["email"])
        account.is_staff = account.is_superuser = True
        try:
            account.full_clean(exclude=["password"])
            password = _from_stdin() if options["password_stdin"] else _asked()
            validate_password(password, account)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        account.set_password(password)
        try:
            with transaction.atomic():
                account.save()
                record(Kind.PERSON_MADE, subject=account.pk, detail="administrator")
        except IntegrityError:  # another one of this name was made while the password was typed
            raise CommandError("An account of this name was just made. Choose another.") from None
        self.stdout.write(
            f"{account.username} may sign in, and invites others in Settings, People."
        )


def _from_stdin() -> str:
    return sys.stdin.readline().rstrip("\r\n")


def _asked() -> str:
    first, second = getpass.getpass("Password: "), getpass.getpass("Once more: ")
    if first != second:
        raise CommandError("The two passwords differ. Nothing was made.")
    return first
