"""The servers that can be asked: those of the environment, then those set up in Settings.

One that the environment names comes before one of the same slug in Settings.
"""

from collections.abc import Iterable

from django.conf import settings
from django.core.cache import cache

from playground.config.log_redaction import remember
from playground.connections import keys
from playground.connections.models import SavedServer, StoredKey
from playground.providers.base import ErrorKind, ProviderError
from playground.providers.endpoint import DEMO, THIS_MACHINE, WAVESPEED, Server
from playground.providers.kinds import OPENAI, WAVESPEED_LLM
from playground.storage.encryption import UnreadableError, decrypt, encrypt, place_of

TITLES = {
    WAVESPEED: "WaveSpeedAI",
    DEMO: "Demo",
    THIS_MACHINE: "This machine",
}  # of those that are no server
CACHE_KEY, CACHE_SECONDS = "servers", 5  # seconds; other web processes are at most that late
GONE = "The server that had this model was removed."


def servers() -> tuple[Server, ...]:
    """Return every server; those of Settings without key and headers, which no page needs."""
    fixed: tuple[Server, ...] = settings.SERVERS
    taken = {server.slug for server in fixed}
    saved: tuple[Server, ...] = cache.get_or_set(CACHE_KEY, _saved, CACHE_SECONDS) or ()
    return fixed + tuple(server for server in saved if server.slug not in taken)


def _saved() -> tuple[Server, ...]:
    rows = SavedServer.objects.order_by("name")
    return tuple(Server(one.slug, _url(one), one.name, kind=one.kind) for one in rows)


def _url(row: SavedServer) -> str:
    """The key of WaveSpeedAI goes to no address that somebody typed."""
    return str(settings.WAVESPEED_LLM_URL) if row.kind == WAVESPEED_LLM else row.url


def kind_of(slug: str) -> str:
    """Return how a server is spoken to, asked of the database; of one that is gone, the usual."""
    fixed = next((one for one in settings.SERVERS if one.slug == slug), None)
    saved = SavedServer.objects.filter(slug=slug).values_list("kind", flat=True)
    return str(fixed.kind if fixed else saved.first() or OPENAI)


def forget_cached() -> None:
    cache.delete(CACHE_KEY)


def server_named(slug: str, own: str = "") -> Server:
    """Return a server with all it takes to ask it, as it is now. own: a key in place of the site's.

    Raises ProviderError: SERVER where it was removed, KEY where its key cannot be read.
    """
    found = next((one for one in settings.SERVERS if one.slug == slug), None)
    found = found or _with_secrets(slug, own)
    for secret in found.secrets:
        remember(secret)
    return found


def _with_secrets(slug: str, own: str) -> Server:
    row = SavedServer.objects.filter(slug=slug).first()
    if not row:
        raise ProviderError(ErrorKind.SERVER, GONE)
    if own and row.kind != WAVESPEED_LLM:  # another server has the name of the one that took it
        raise ProviderError(ErrorKind.SERVER, GONE)
    return Server(row.slug, _url(row), row.name, own or _key(row), headers_of(row), row.kind)


def _key(row: SavedServer) -> str:
    if row.kind == WAVESPEED_LLM:
        return keys.site_key(WAVESPEED)
    stored = StoredKey.objects.of(row.slug, None).first()
    return keys.readable(stored) if stored else ""


def headers_of(row: SavedServer) -> tuple[tuple[str, str], ...]:
    """Return the further headers. Raises ProviderError (KEY)."""
    if not row.headers:
        return ()
    try:
        lines = decrypt(row.headers, place_of(row, "headers")).splitlines()
    except UnreadableError:
        raise ProviderError(ErrorKind.KEY, keys.UNREADABLE) from None
    parts = [line.partition(":") for line in lines]
    return tuple((name.strip(), value.strip()) for name, _, value in parts)


def sealed_headers(row: SavedServer, headers: Iterable[tuple[str, str]]) -> str:
    lines = "\n".join(f"{name}: {value}" for name, value in headers)
    return encrypt(lines, place_of(row, "headers")) if lines else ""


def takes_own_keys(slug: str) -> bool:
    """Whether it is asked with the key of WaveSpeedAI of who presses, where there is one."""
    return any(one.slug == slug and one.kind == WAVESPEED_LLM for one in servers())


def takes_messages(slug: str) -> bool:
    """Whether an exchange is sent as messages; otherwise as one text."""
    return slug not in TITLES


def title_of(slug: str) -> str:
    """Return a provider as people call it; one that is gone by the slug that its runs remember."""
    named = {server.slug: server.name for server in servers()}
    return {**TITLES, **named}.get(slug, slug)
