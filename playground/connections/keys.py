"""Keys of providers: whose is used for a run, and how they are set and removed in Settings.

The site's key comes from the environment or, where that has none, from Settings. A member's own
key is used for that member's runs only, and before the site's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from playground.accounts.audit.log import Kind, record
from playground.config.log_redaction import remember
from playground.connections.models import SavedServer, StoredKey
from playground.providers.base import ErrorKind, ProviderError
from playground.providers.endpoint import WAVESPEED
from playground.storage.encryption import UnreadableError, decrypt, encrypt, place_of, renew
from playground.storage.writes import orderly_writes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.models import Model

    from playground.accounts.models import Account

CACHE_SECONDS = 10
REMOVED = "The key that this run was started with was removed."
UNREADABLE = (
    "The stored key cannot be read, because SECRET_KEY is not the one it was encrypted with. "
    "Set the key again in Settings."
)


def from_environment(provider: str) -> str:
    """Return the key that the environment sets, which comes before one set in Settings."""
    key: str = settings.WAVESPEED_API_KEY if provider == WAVESPEED else ""
    remember(key)
    return key


def whose_key(provider: str, owner_id: int | None) -> str:
    """Return whose key a run that is started now would use: `own`, `site`, or nothing."""
    if owner_id is None and from_environment(provider):
        return "site"
    stored = set(StoredKey.objects.open_to(provider, owner_id).values_list("owner_id", flat=True))
    if owner_id is not None and owner_id in stored:
        return "own"
    return "site" if from_environment(provider) or None in stored else ""


def any_key(provider: str) -> bool:
    """Whether anybody here has a key, be it the site's or a member's own."""
    if from_environment(provider):
        return True
    stored = StoredKey.objects.filter(provider=provider)
    return bool(cache.get_or_set(f"any-key:{provider}", stored.exists, CACHE_SECONDS))


def site_key(provider: str) -> str:
    """Return the key. Raises ProviderError (KEY) where there is none that can be read."""
    return from_environment(provider) or stored_key(provider, None)


def stored_key(provider: str, owner_id: int | None) -> str:
    """Return the key as it was typed. Raises ProviderError (KEY)."""
    row = StoredKey.objects.of(provider, owner_id).first()
    if not row:
        raise ProviderError(ErrorKind.KEY, REMOVED)
    return readable(row)


def readable(row: StoredKey) -> str:
    """Return the key. Raises ProviderError (KEY) where SECRET_KEY was changed since."""
    try:
        key = decrypt(row.value, place_of(row, "value"))
    except UnreadableError:
        raise ProviderError(ErrorKind.KEY, UNREADABLE) from None
    remember(key)
    return key


def is_readable(row: StoredKey) -> bool:
    try:
        readable(row)
    except ProviderError:
        return False
    return True


def keep(provider: str, owner: Account | None, key: str, by: Account | None) -> None:
    """Store a key, in place of the one that was there."""
    remember(key)
    values = {"set_at": timezone.now(), "set_by": by}
    with orderly_writes(), transaction.atomic():
        row, _ = StoredKey.objects.update_or_create(provider=provider, owner=owner, defaults=values)
        row.value = encrypt(key, place_of(row, "value"))
        row.save(update_fields=["value"])
        record(Kind.KEY_SET, detail=_whose(provider, owner))


def forget(provider: str, owner: Account | None) -> None:
    with orderly_writes(), transaction.atomic():
        if StoredKey.objects.of(provider, owner.pk if owner else None).delete()[0]:
            record(Kind.KEY_REMOVED, detail=_whose(provider, owner))


def _whose(provider: str, owner: Account | None) -> str:
    return f"{provider}, {'own' if owner else 'of the site'}"


def account_mark(key: str) -> str:
    """Return what tells accounts at a provider apart, and says nothing of the key."""
    return salted_hmac("playground.keys.account", key, algorithm="sha256").hexdigest()[:32]


def rotate() -> tuple[int, int]:
    """Encrypt every stored key, and the headers of servers, anew.

    Returns how many were, and how many cannot be read.
    """
    with orderly_writes(), transaction.atomic():
        found = [
            *_renewed(StoredKey.objects.select_for_update(), "value"),
            *_renewed(SavedServer.objects.select_for_update().exclude(headers=""), "headers"),
        ]
        record(Kind.KEYS_ROTATED, detail=f"{sum(found)} of {len(found)}")
    return sum(found), len(found) - sum(found)


def _renewed(rows: Iterable[Model], column: str) -> Iterator[bool]:
    """Yield of each row whether it could be read."""
    for row in rows:
        try:
            setattr(row, column, renew(getattr(row, column), place_of(row, column)))
        except UnreadableError:
            yield False
        else:
            row.save(update_fields=[column])
            yield True
