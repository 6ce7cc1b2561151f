"""What can be run here: the catalogue, what WaveSpeed lists by now, and the models of every server.

A model of a server is written `id@server`. Any id of a server can be run, listed or not: lists are
incomplete, and some servers give none. So can any `vendor/name` where there is a key.
"""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db.models import Q
from django.utils import timezone

from playground import catalog
from playground.catalog import Model, VendorGroup
from playground.models import ListedModel
from playground.providers.base import OfferedModel, Offering, ProviderError
from playground.services import keys, server_answers
from playground.services.provider_choice import WAVESPEED, Choice, provider_named
from playground.services.server_list import servers

if TYPE_CHECKING:
    from collections.abc import Sequence

logger = logging.getLogger(__name__)

FRESH = timedelta(minutes=10)
FRESH_CATALOGUE = timedelta(hours=1)  # it is a list of the whole platform
MOST_LISTED = 200  # models of one server in the picker
KEPT = 10  # seconds
LONGEST_ID = 200
SAID = ("vision", "input_price", "output_price", "max_images", "temperature", "reasoning")
VENDOR_ID = re.compile(r"[A-Za-z0-9][\w.-]{0,49}/[A-Za-z0-9][\w.:-]{0,140}", re.ASCII)


def may_run(model_id: str) -> bool:
    """Whether a form may name this model."""
    if catalog.contains(model_id):
        return True
    if not model_id.isprintable():  # PostgreSQL stores no NUL, a header no line end
        return False
    model = catalog.find(model_id)
    if not model.server:
        return bool(VENDOR_ID.fullmatch(model_id)) and keys.any_key(WAVESPEED)
    known = any(server.slug == model.server for server in servers())
    return known and bool(model.wire_id.strip()) and len(model_id) <= LONGEST_ID


def provider_of(model_id: str, usual: Choice) -> Choice:
    """Return the provider that runs this model. usual: who answers those of the catalogue."""
    server = catalog.find(model_id).server
    return Choice(server) if server else usual


def groups(also: Sequence[str] = ()) -> tuple[VendorGroup, ...]:
    """Return the catalogue by vendor, then each server with what it lists.

    also: ids that were typed; they are added to their vendor's or server's.
    """
    return _catalogue(also) + tuple(_group(server.slug, also) for server in servers())


def all_models() -> list[Model]:
    return [model for group in groups() for model in group.models]


def default_model_id() -> str:
    """Return the catalogue's default or, once that is gone, the first that is still listed."""
    listed, default = _listed(WAVESPEED), catalog.default_model_id()
    if not listed or default in listed:
        return default
    known = (model.id for model in catalog.models() if model.id in listed)
    return next(known, listed[0])


def _catalogue(also: Sequence[str]) -> tuple[VendorGroup, ...]:
    """The catalogue, and behind each vendor's models what else is listed or was typed."""
    typed = [one for one in also if not catalog.find(one).server and may_run(one)]
    more = [Model(one) for one in [*_listed(WAVESPEED), *typed] if not catalog.contains(one)]
    models = dict.fromkeys([*catalog.models(), *more])
    names = dict.fromkeys(model.vendor_name for model in models)
    return tuple(
        VendorGroup(name, tuple(model for model in models if model.vendor_name == name))
        for name in names
    )


def _listed(provider: str) -> list[str]:
    """What the provider listed when it was last asked, without what cannot see."""

    def read() -> list[str]:
        seen = ListedModel.objects.offered_by(provider).filter(~Q(vision=False))
        ids = seen.order_by("model_id").values_list("model_id", flat=True)
        return list(ids[:MOST_LISTED])

    return cache.get_or_set(f"offers:{provider}", read, KEPT) or []


def _group(slug: str, also: Sequence[str]) -> VendorGroup:
    ids = _listed(slug)
    server = next(one for one in servers() if one.slug == slug)
    typed = [one for one in also if catalog.find(one).server == slug]
    models = dict.fromkeys([*(f"{model_id}@{slug}" for model_id in ids), *typed])
    return VendorGroup(server.name or slug, tuple(map(Model, models)), slug)


def refresh() -> int:
    """Ask each provider whose list is old what it offers. Returns how many answered."""
    names = [server.slug for server in servers()]
    names += [WAVESPEED] if keys.whose_key(WAVESPEED, None) else []
    return sum(ask(name) for name in names if _is_old(name))


def _is_old(name: str) -> bool:
    newest = ListedModel.objects.filter(provider=name).order_by("-seen_at").first()
    fresh = FRESH_CATALOGUE if name == WAVESPEED else FRESH
    return not newest or newest.seen_at < timezone.now() - fresh


def ask(slug: str) -> bool:
    """Ask one provider what it offers, and remember how that went. Returns whether it answered."""
    try:
        provider = provider_named(slug)
        if not isinstance(provider, Offering):
            return False
        offered = provider.offered()
    except ProviderError as error:
        logger.info("no list of models from %s: %s", slug, error.kind)
        server_answers.note(slug, error)
        return False
    keep(slug, offered)
    server_answers.note(slug)
    forget_cached(slug)
    return True


def forget_cached(slug: str) -> None:
    cache.delete_many([f"offers:{slug}", "marks"])


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
            max_images=one.max_images,
            temperature=one.temperature,
            reasoning=one.reasoning,
            first_seen=now,  # one moment: what comes with a provider's first list is not new
            seen_at=now,
        )
        for one in {one.id: one for one in offered}.values()
    ]
    ListedModel.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["provider", "model_id"],
        update_fields=["seen_at", "gone_at", *SAID],
    )
    if rows:
        missing = ListedModel.objects.offered_by(slug).filter(seen_at__lt=now)
        missing.update(gone_at=now)
