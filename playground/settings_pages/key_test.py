"""Tries a key: the one thing for which a page waits for the network, 5 seconds at most.

Asks the provider for the balance, which costs nothing.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from playground.catalog import entries
from playground.connections import keys
from playground.providers.base import Balance, ErrorKind, ProviderError
from playground.providers.endpoint import WAVESPEED
from playground.providers.transport import Timeouts
from playground.providers.wavespeed import WaveSpeed
from playground.spending.prices import price_of
from playground.storage.databases import give_back_connection

if TYPE_CHECKING:
    from playground.accounts.models import Account

TIMEOUTS = Timeouts(connect=1.5, read=2.5, total=4)
MAX_CONCURRENT_TESTS = 4  # threads of the web process that may wait for a provider
_places = threading.BoundedSemaphore(MAX_CONCURRENT_TESTS)


class BusyError(Exception):
    """Enough tests are going on."""


@dataclass(frozen=True)
class Trial:
    """How a test went. took: milliseconds. runs: how many standard ones the balance pays
    for, in words; empty where no price is known."""

    words: str
    balance: Balance | None = None
    took: int = 0
    runs: str = ""

    @property
    def left(self) -> str:
        """As in `$18.42`."""
        if not self.balance:
            return ""
        amount, currency = self.balance.amount, self.balance.currency
        return f"${amount:,.2f}" if currency == "USD" else f"{amount:,.2f} {currency}"

    @property
    def works(self) -> bool:
        return self.balance is not None


def try_key(owner: Account | None) -> Trial:
    """Try the site's key, or the account's own. Raises BusyError."""
    try:
        key = keys.stored_key(WAVESPEED, owner.pk) if owner else keys.site_key(WAVESPEED)
    except ProviderError as error:
        gone = error.detail == keys.REMOVED
        return Trial("There is no key to test. Set one first." if gone else error.detail)
    if not _places.acquire(blocking=False):
        raise BusyError
    try:
        give_back_connection()
        return _tried(key)
    finally:
        _places.release()


def _tried(key: str) -> Trial:
    started = time.monotonic()
    provider = WaveSpeed(key, settings.WAVESPEED_BASE_URL, read_timeouts=TIMEOUTS)
    try:
        balance = provider.balance()
    except ProviderError as error:
        return Trial(_words(error))
    took = round((time.monotonic() - started) * 1000)
    return Trial(f"Connected. Answered in {took} ms.", balance, took, _runs(balance))


def _words(error: ProviderError) -> str:
    if error.kind is ErrorKind.KEY:
        return "WaveSpeedAI refuses this key. Copy it again, or make a new one there."
    if error.kind in {ErrorKind.NOT_SENT, ErrorKind.TEMPORARY} and not error.status:
        return "WaveSpeedAI could not be reached. Check this server's connection, then test again."
    if error.kind is ErrorKind.RATE:
        return "WaveSpeedAI asks for a pause. Wait a minute, then test again."
    status = f" ({error.status})" if error.status else ""
    return f"WaveSpeedAI gave no balance{status}. The key may be good; test again later."


def _runs(balance: Balance) -> str:
    price = price_of(WAVESPEED, entries.default_model_id())
    if not price or balance.currency != "USD":
        return ""
    return f"{max(int(balance.amount / price), 0):,}"
