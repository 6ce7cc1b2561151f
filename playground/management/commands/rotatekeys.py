"""`manage.py rotatekeys`: encrypts the stored keys with the first of the encryption keys."""

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError

from playground.connections import keys
from playground.operations.migrating import refuse_older_database


class Command(BaseCommand):
    help = (
        "Encrypt what is kept secret anew, with the first of KEY_ENCRYPTION_KEYS or SECRET_KEY: "
        "keys, headers and second factors."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        refuse_older_database()
        done, lost = keys.rotate()
        if apps.is_installed("allauth.mfa"):
            from playground.accounts import second_factor

            factors, unreadable = second_factor.rotate()
            done, lost = done + factors, lost + unreadable
        self.stdout.write(f"Keys encrypted anew: {done}.")
        if lost:
            raise CommandError(
                f"Keys that cannot be read: {lost}. Add the SECRET_KEY they were encrypted with "
                "to KEY_ENCRYPTION_KEYS and repeat this, or set them again in Settings."
            )
