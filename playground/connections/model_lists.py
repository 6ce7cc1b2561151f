"""What providers and servers list: asked for, and kept."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from playground.connections import keys, server_status
from playground.connections.models import ListedModel
from playground.connections.registry import servers
from playground.connections.routing import provider_named
from playground.providers.base import OfferedModel, Offering, ProviderError
from playground.providers.endpoint import WAVESPEED
from playground.storage.databases import give_back_connection
from playground.storage.writes import Gate, orderly_writes

logger = logging.getLogger(__name__)

LIST_LIFETIME = timedelta(minutes=10)
CATALOG_LIFETIME = timedelta(hours=1)  # it is a list of the whole platform
MAX_GONE = 1000  # models of a provider that are remembered after it listed them no more
SAID = ("vision", "input_price", "output_price", "max_images", "temperature", "reasoning")


def _is_old(name: str) -> bool:
    newest = ListedModel.objects.filter(provider=name).order_by("-seen_at").first()
    fresh = CATALOG_LIFETIME if name == WAVESPEED else LIST_LIFETIME
    return not newest or newest.seen_at < timezone.now() - fresh


def ask(slug: str) -> bool:
    """Ask one provider what it offers, and remember how that went. Returns whether it answered."""
    asked_at = timezone.now()
    try:
        provider = provider_named(slug)
        give_back_connection()
        if not isinstance(provider, Offering):
            return False
        offered = provider.offered()
    except ProviderError as error:
        logger.info("no list of models from %s: %s", slug, error.kind)
        server_status.note(slug, error)
        return False
    keep(slug, offered, asked_at)
    server_status.note(slug)
    forget_cached(slug)
    return True


def refresh(ask_one: Callable[[str], object] = ask) -> int:
    """Ask each provider whose list is old what it offers. Returns how many answered."""
    names = [server.slug for server in servers()]
    names += [WAVESPEED] if keys.whose_key(WAVESPEED, None) else []
    return sum(bool(ask_one(name)) for name in names if _is_old(name))


def forget_cached(slug: str) -> None:
    cache.delete_many([f"offers:{slug}", "marks"])


def keep(slug: str, offered: list[OfferedModel], asked_at: datetime | None = None) -> None:
    """Remember a list: what is new, still there or gone. An empty list says nothing.

    Two lists may be asked for at once; the one that was asked for last holds, however late the
    other is written.
    """
    asked_at = asked_at or timezone.now()
    if not offered:
        return
    with orderly_writes(), transaction.atomic():
        Gate.close(slug)
        if ListedModel.objects.filter(provider=slug, seen_at__gt=asked_at).exists():
            return
        _write(slug, offered, asked_at)
        missing = ListedModel.objects.offered_by(slug).filter(seen_at__lt=asked_at)
        missing.update(gone_at=asked_at)
        gone = ListedModel.objects.filter(provider=slug, gone_at__isnull=False)
        latest = gone.order_by("-gone_at", "model_id").values("pk")
        gone.filter(pk__in=latest[MAX_GONE:]).delete()


def _write(slug: str, offered: list[OfferedModel], asked_at: datetime) -> None:
    """Write a row for each model.

    Whether a model sees may be known from elsewhere; a list that is silent on it changes nothing.
    """
    told = ListedModel.objects.filter(provider=slug, vision__isnull=False)
    known = dict(told.values_list("model_id", "vision"))
    rows = [
        ListedModel(
            provider=slug,
            model_id=one.id,
            vision=known.get(one.id) if one.vision is None else one.vision,
            input_price=one.input_price,
            output_price=one.output_price,
            max_images=one.max_images,
            temperature=one.temperature,
            reasoning=one.reasoning,
            first_seen=asked_at,  # one moment: what comes with the first list is not new
            seen_at=asked_at,
        )
        for one in {one.id: one for one in offered}.values()
    ]
    ListedModel.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["provider", "model_id"],
        update_fields=["seen_at", "gone_at", *SAID],
    )
