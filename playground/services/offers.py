"""What can be run here: the catalogue, and the models of every server that was set up.

A model of a server is written `id@server`. Any id of a server can be run, listed or not: lists are
incomplete, and some servers give none.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db.models import Q
from django.utils import timezone

from playground import catalog
from playground.catalog import Model, VendorGroup
from playground.models import ListedModel
from playground.providers.base import OfferedModel, Offering, ProviderError
from playground.services.provider_choice import Choice, provider_named
from playground.services.server_list import servers

if TYPE_CHECKING:
    from collections.abc import Sequence

logger = logging.getLogger(__name__)

FRESH = timedelta(minutes=10)
MOST_LISTED = 200  # models of one server in the picker
KEPT = 10  # seconds
LONGEST_ID = 200


def may_run(model_id: str) -> bool:
    """Whether a form may name this model."""
    if catalog.contains(model_id):
        return True
    model = catalog.find(model_id)
    known = any(server.slug == model.server for server in servers())
    return known and bool(model.wire_id.strip()) and len(model_id) <= LONGEST_ID


def provider_of(model_id: str, usual: Choice) -> Choice:
    """Return the provider that runs this model. usual: who answers those of the catalogue."""
    server = catalog.find(model_id).server
    return Choice(server) if server else usual


def groups(also: Sequence[str] = ()) -> tuple[VendorGroup, ...]:
    """Return the catalogue by vendor, then each server with what it lists.

    also: ids that were typed; they are added to their server's.
    """
    return catalog.groups() + tuple(_group(server.slug, also) for server in servers())


def all_models() -> list[Model]:
    return [model for group in groups() for model in group.models]


def _group(slug: str, also: Sequence[str]) -> VendorGroup:
    def read() -> list[str]:
        seen = ListedModel.objects.offered_by(slug).filter(~Q(vision=False)).order_by("model_id")
        return list(seen.values_list("model_id", flat=True)[:MOST_LISTED])

    ids = cache.get_or_set(f"offers:{slug}", read, KEPT) or []
    server = next(one for one in servers() if one.slug == slug)
    typed = [one for one in also if catalog.find(one).server == slug]
    models = dict.fromkeys([*(f"{model_id}@{slug}" for model_id in ids), *typed])
    return VendorGroup(server.name or slug, tuple(map(Model, models)), slug)


def refresh() -> int:
    """Ask each server whose list is old what it offers. Returns how many answered."""
    return sum(_refresh(server.slug) for server in servers() if _is_old(server.slug))


def _is_old(slug: str) -> bool:
    newest = ListedModel.objects.filter(provider=slug).order_by("-seen_at").first()
    return not newest or newest.seen_at < timezone.now() - FRESH


def _refresh(slug: str) -> bool:
    try:
        provider = provider_named(slug)
        if not isinstance(provider, Offering):
            return False
        offered = provider.offered()
    except ProviderError as error:
        logger.info("no list of models from %s: %s", slug, error.kind)
        return False
    keep(slug, offered)
    forget_cached(slug)
    return True


def forget_cached(slug: str) -> None:
    cache.delete(f"offers:{slug}")


def keep(slug: str, offered: list[OfferedModel]) -> None:
    """Remember a list: what is new, still there or gone. An empty list says nothing.

    Whether a model sees may be known from elsewhere; a list that is silent on it changes nothing.
    """
    now = timezone.now()
    told = ListedModel.objects.filter(provider=slug, vision__isnull=False)
    known = dict(told.values_list("model_id", "vision"))
    rows = [
        ListedModel(
            provider=slug,
            model_id=one.id,
            vision=known.get(one.id) if one.vision is None else one.vision,
            input_price=one.input_price,
            output_price=one.output_price,
            seen_at=now,
        )
        for one in {one.id: one for one in offered}.values()
    ]
    ListedModel.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["provider", "model_id"],
        update_fields=["vision", "input_price", "output_price", "seen_at", "gone_at"],
    )
    if rows:
        missing = ListedModel.objects.offered_by(slug).filter(seen_at__lt=now)
        missing.update(gone_at=now)
