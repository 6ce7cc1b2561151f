"""Which provider answers, with whose key: WaveSpeed where there is a key, the demo where is none.

The text reader of this machine is a model of its own, which needs no key.

Chosen at the press and stored on the run. A key that is gone by then is not replaced by another
one: somebody else would pay.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings

from playground.connections import keys
from playground.connections.registry import kind_of, server_named, servers
from playground.images.outgoing import sent_picture
from playground.images.reading import read_sent
from playground.providers.base import Charging, ErrorKind, Listing, ProviderError, Streaming
from playground.providers.demo import Demo
from playground.providers.endpoint import DEMO, THIS_MACHINE, WAVESPEED
from playground.providers.kinds import OPENAI, class_of
from playground.providers.text_reader import TextReader
from playground.providers.wavespeed import WaveSpeed

if TYPE_CHECKING:
    from playground.accounts.models import Account
    from playground.providers.base import Provider
    from playground.runs.models.run import Run

UNKNOWN_KIND = "This version cannot speak to servers of this kind."
CLASSES: dict[str, type] = {DEMO: Demo, THIS_MACHINE: TextReader, WAVESPEED: WaveSpeed}


@dataclass(frozen=True)
class Choice:
    """provider: its name. own_key: whether the key of the one who presses is used."""

    provider: str
    own_key: bool = False


def choose(owner: Account | None) -> Choice:
    """Return who would answer a model of the catalogue if this account pressed now."""
    whose = keys.whose_key(WAVESPEED, owner.pk if owner else None)
    return Choice(WAVESPEED, own_key=whose == "own") if whose else Choice(DEMO)


def default_provider(owner: Account | None = None) -> str:
    """Return the name of the provider; without an owner the one that the site's key leads to."""
    return choose(owner).provider


def provider_for(run: Run) -> Provider:
    """Return the provider of a run, with the key that the run was started with.

    Raises ProviderError: KEY where that key is gone, SERVER for a name no provider has.
    """
    if not run.own_key:
        return provider_named(run.provider)
    if run.owner_id is None:
        raise ProviderError(ErrorKind.KEY, keys.REMOVED)
    return provider_named(run.provider, keys.stored_key(WAVESPEED, run.owner_id))


def provider_named(name: str, own: str = "") -> Provider:
    """Return the provider with the site's key, or with this one. Raises as `provider_for` does."""
    if name == WAVESPEED:
        return wavespeed(own or keys.site_key(WAVESPEED))
    if name == DEMO:
        return Demo()
    if name == THIS_MACHINE:
        return TextReader(read_sent)
    server = server_named(name, own)
    made: Provider = _class(server.kind)(server, sent_picture)
    return made


def _class(kind: str) -> type:
    try:
        return CLASSES.get(kind) or class_of(kind)
    except KeyError:
        raise ProviderError(ErrorKind.SERVER, f"{UNKNOWN_KIND} ({kind})") from None


def _speaks(name: str, protocol: type) -> bool:
    """Whether the provider of this name can do what the protocol says. Asks for no key."""
    try:
        return issubclass(_class(name if name in CLASSES else kind_of(name)), protocol)
    except ProviderError:
        return False


def wavespeed(key: str) -> WaveSpeed:
    return _wavespeed(key, settings.WAVESPEED_BASE_URL)


@lru_cache(maxsize=64)
def _wavespeed(api_key: str, base_url: str) -> WaveSpeed:
    return WaveSpeed(api_key, base_url, account=keys.account_mark(api_key))


def concurrency(name: str) -> int | None:
    """Return how many runs may be in flight at the provider; None: as many as there are threads."""
    if name == WAVESPEED:
        return int(settings.WAVESPEED_CONCURRENCY)
    if name == THIS_MACHINE:
        return 1
    return None if name == DEMO else int(settings.SERVER_CONCURRENCY)


def streams(name: str) -> bool:
    """Whether answers arrive in the call that submits, so that nothing can be read later."""
    return _speaks(name, Streaming)


def keeps_answers(name: str) -> bool:
    """Whether an answer can be read later. For pages: servers as they were some seconds ago."""
    kind = next((one.kind for one in servers() if one.slug == name), OPENAI)
    try:
        return not issubclass(CLASSES.get(name) or class_of(kind), Streaming)
    except KeyError:
        return False


def can_list(name: str) -> bool:
    """Whether the provider can be asked what it was sent. Asks for no key."""
    return _speaks(name, Listing)


def tells_charges(name: str) -> bool:
    """Whether the provider says afterwards what it charged. Asks for no key."""
    return _speaks(name, Charging)
