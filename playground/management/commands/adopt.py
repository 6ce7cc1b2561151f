"""`manage.py adopt NAME`: hand what was made without sign-in to an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, transaction

from playground.models import Account
from playground.services.sign_in import find

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.core.management.base import CommandParser
    from django.db.models import Model


class Command(BaseCommand):
    help = "Hand everything without an owner, as a local playground leaves it, to an account."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="username or email")

    def handle(self, *_args: Any, **options: Any) -> None:
        account = find(options["name"])
        if not account:
            raise CommandError(f"There is no account {options['name']}. Nothing was changed.")
        try:
            with transaction.atomic():
                counts = [(kind, _hand_over(kind, account)) for kind in _owned()]
        except IntegrityError as error:
            raise CommandError(
                f"{account.username} has something of the same name. Nothing was changed: {error}"
            ) from error
        for kind, count in counts:
            if count:
                names = kind._meta
                name = names.verbose_name if count == 1 else names.verbose_name_plural
                self.stdout.write(f"{count} {name}")
        self.stdout.write(f"Everything without an owner belongs to {account.username} now.")


def _owned() -> Iterator[type[Model]]:
    """Every kind of row that has an owner and may be without one."""
    for kind in apps.get_app_config("playground").get_models():
        fields = {field.name: field for field in kind._meta.fields}
        owner = fields.get("owner")
        if owner and owner.related_model is Account and owner.null:
            yield kind


def _hand_over(kind: type[Model], account: Account) -> int:
    return kind._default_manager.filter(owner__isnull=True).update(owner=account)
