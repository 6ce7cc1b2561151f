"""Sets up, changes and removes servers in Settings, and keeps what was found on this machine."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from playground.accounts.audit.log import Kind, record
from playground.connections import keys, model_lists
from playground.connections.models import (
    FoundServer,
    ListedModel,
    SavedServer,
    ServerAnswer,
    StoredKey,
)
from playground.connections.registry import forget_cached, sealed_headers, servers
from playground.providers.base import OfferedModel
from playground.providers.endpoint import DEMO, SLUG, THIS_MACHINE, WAVESPEED
from playground.providers.kinds import OPENAI, WAVESPEED_LLM
from playground.providers.openai import discovery
from playground.storage.databases import give_back_connection
from playground.storage.writes import orderly_writes

if TYPE_CHECKING:
    from playground.accounts.models import Account

logger = logging.getLogger(__name__)
LLM_SERVICE = "WaveSpeedAI LLM"
TAKEN = {DEMO, THIS_MACHINE, WAVESPEED}
Headers = tuple[tuple[str, str], ...]


def free_slug(name: str) -> str:
    """Return the slug that a server of this name gets; empty where it cannot have one."""
    slug = slugify(name)[:30].strip("-_").replace("_", "-")
    taken = TAKEN | {one.slug for one in servers()}
    taken |= set(SavedServer.objects.values_list("slug", flat=True))
    return slug if SLUG.fullmatch(slug) and slug not in taken else ""


def add(
    name: str,
    url: str,
    *,
    kind: str = OPENAI,
    key: str = "",
    headers: Headers = (),
    by: Account | None = None,
) -> SavedServer | None:
    """Set up a server; None where the name is taken."""
    slug = free_slug(name)
    if not slug:
        return None
    with orderly_writes(), transaction.atomic():
        row, made = SavedServer.objects.get_or_create(
            slug=slug, defaults={"name": name, "kind": kind, "url": url, "set_by": by}
        )
        if made:
            record(Kind.SERVER_ADDED, detail=slug)
        if made and headers:
            row.headers = sealed_headers(row, headers)
            row.save(update_fields=["headers"])
        if made and key:
            keys.keep(slug, None, key, by)
    forget_cached()
    return row if made else None


def add_llm_service(by: Account | None) -> SavedServer | None:
    """Set up WaveSpeedAI's chat completions; None where they are."""
    if SavedServer.objects.filter(kind=WAVESPEED_LLM).exists():
        return None
    return add(LLM_SERVICE, settings.WAVESPEED_LLM_URL, kind=WAVESPEED_LLM, by=by)


def change(
    row: SavedServer,
    *,
    name: str,
    url: str,
    key: str | None = None,
    headers: Headers | None = None,
    by: Account | None = None,
) -> None:
    """Change a server. key, headers: None leaves them, empty ones remove them."""
    row.name, row.url, row.set_by, row.set_at = name, url, by, timezone.now()
    if headers is not None:
        row.headers = sealed_headers(row, headers)
    with orderly_writes(), transaction.atomic():
        row.save()
        record(Kind.SERVER_CHANGED, detail=row.slug)
        if key:
            keys.keep(row.slug, None, key, by)
        elif key is not None:
            keys.forget(row.slug, None)
    forget_cached()


def remove(row: SavedServer) -> None:
    """Forget a server, its key and its list. Runs stay; those that wait will fail."""
    with orderly_writes(), transaction.atomic():
        StoredKey.objects.filter(provider=row.slug).delete()
        ListedModel.objects.filter(provider=row.slug).delete()
        ServerAnswer.objects.filter(provider=row.slug).delete()
        row.delete()
        record(Kind.SERVER_REMOVED, detail=row.slug)
    forget_cached()
    model_lists.forget_cached(row.slug)


def look_around() -> int:
    """Look for servers at the usual ports of this machine. Returns how many answered."""
    if not settings.FIND_LOCAL_SERVERS:
        return 0
    give_back_connection()
    ports = [port for port in settings.LOCAL_SERVER_PORTS if port != settings.PORT]
    found = [one for one in map(discovery.look, ports) if one]
    with orderly_writes(), transaction.atomic():
        FoundServer.objects.exclude(url__in=[one.url for one in found]).delete()
        for one in found:
            seen = [[model.id, model.vision] for model in one.models]
            values = {"name": one.name, "listed": seen, "seen_at": timezone.now()}
            FoundServer.objects.update_or_create(url=one.url, defaults=values)
    logger.info("servers found on this machine: %d", len(found))
    return len(found)


def offered_here() -> list[FoundServer]:
    """Return what was found and is not in use yet."""
    used = {one.url.replace("//localhost", "//127.0.0.1") for one in servers()}
    return [one for one in FoundServer.objects.order_by("url") if one.url not in used]


def use(found: FoundServer, by: Account | None) -> SavedServer | None:
    """Set up what was found, with its models; None where every name is taken."""
    names = [found.name, *(f"{found.name} {n}" for n in range(2, 10))]
    row = next((row for name in names if (row := add(name, found.url, by=by))), None)
    if row:
        model_lists.keep(
            row.slug, [OfferedModel(one, vision=vision) for one, vision in found.listed]
        )
        model_lists.forget_cached(row.slug)
    return row
