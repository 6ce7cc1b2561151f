"""What can be run here: the catalogue, what WaveSpeed lists by now, and the models of every server.

A model of a server is written `id@server`. Any id of a server can be run, listed or not: lists are
incomplete, and some servers give none. So can any `vendor/name` where there is a key. The machine
itself has the text reader alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db.models import Q

from playground.catalog import entries
from playground.catalog.entries import Model, VendorGroup
from playground.connections import keys
from playground.connections.models import ListedModel
from playground.connections.registry import servers, takes_own_keys
from playground.connections.routing import Choice, default_provider
from playground.images.reading import why_not_here
from playground.providers.endpoint import DEMO, TEXT_READER, THIS_MACHINE, WAVESPEED
from playground.providers.wavespeed.model_list import MAX_ID_LENGTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playground.accounts.models import Account

MAX_LISTED_MODELS = 200  # models of one server in the picker
CACHE_SECONDS = 10
VENDOR_ID = re.compile(r"[A-Za-z0-9][\w.-]{0,49}/[A-Za-z0-9][\w.:-]{0,140}", re.ASCII)


def may_run(model_id: str) -> bool:
    """Whether a form may name this model."""
    if entries.contains(model_id):
        return True
    if not model_id.isprintable():  # PostgreSQL stores no NUL, a header no line end
        return False
    model = entries.find(model_id)
    if not model.server:
        return bool(VENDOR_ID.fullmatch(model_id)) and keys.any_key(WAVESPEED)
    if model.server == THIS_MACHINE:
        return model.is_reader and not why_not_here()
    known = any(server.slug == model.server for server in servers())
    return known and bool(model.wire_id.strip()) and len(model_id) <= MAX_ID_LENGTH


def provider_of(model_id: str, usual: Choice) -> Choice:
    """Return the provider that runs this model. usual: who answers those of the catalogue."""
    server = entries.find(model_id).server
    if not server:
        return usual
    return Choice(server, own_key=usual.own_key and takes_own_keys(server))


def groups(also: Sequence[str] = ()) -> tuple[VendorGroup, ...]:
    """Return this machine, the catalogue by vendor, then each server with what it lists.

    also: ids that were typed; they are added to their vendor's or server's.
    """
    return _here() + _catalogue(also) + tuple(_group(server.slug, also) for server in servers())


def _here() -> tuple[VendorGroup, ...]:
    reader = VendorGroup("On this machine", (Model(TEXT_READER),), THIS_MACHINE)
    return (reader,) if may_run(TEXT_READER) else ()


def all_models() -> list[Model]:
    return [model for group in groups() for model in group.models]


def default_model_id(owner: Account | None = None) -> str:
    """Return what a newcomer's first press runs: without a key what needs none.

    Else the catalogue's default or, once that is gone, the first that is still listed.
    """
    if may_run(TEXT_READER) and default_provider(owner) == DEMO:
        return TEXT_READER
    listed, default = _listed(WAVESPEED)[0], entries.default_model_id()
    if not listed or default in listed:
        return default
    known = (model.id for model in entries.models() if model.id in listed)
    return next(known, listed[0])


def _catalogue(also: Sequence[str]) -> tuple[VendorGroup, ...]:
    """The catalogue, and behind each vendor's models what else is listed or was typed."""
    typed = [one for one in also if not entries.find(one).server and may_run(one)]
    more = [Model(one) for one in [*_listed(WAVESPEED)[0], *typed] if not entries.contains(one)]
    models = dict.fromkeys([*entries.models(), *more])
    names = dict.fromkeys(model.vendor_name for model in models)
    return tuple(
        VendorGroup(name, tuple(model for model in models if model.vendor_name == name))
        for name in names
    )


def _listed(provider: str) -> tuple[list[str], int]:
    """What the provider listed when last asked, without what cannot see; and how many more."""

    def read() -> tuple[list[str], int]:
        seen = ListedModel.objects.offered_by(provider).filter(~Q(vision=False))
        ids = list(
            seen.order_by("model_id").values_list("model_id", flat=True)[: MAX_LISTED_MODELS + 1]
        )
        more = seen.count() - MAX_LISTED_MODELS if len(ids) > MAX_LISTED_MODELS else 0
        return ids[:MAX_LISTED_MODELS], more

    return cache.get_or_set(f"offers:{provider}", read, CACHE_SECONDS) or ([], 0)


def _group(slug: str, also: Sequence[str]) -> VendorGroup:
    ids, more = _listed(slug)
    server = next(one for one in servers() if one.slug == slug)
    typed = [one for one in also if entries.find(one).server == slug]
    models = dict.fromkeys([*(f"{model_id}@{slug}" for model_id in ids), *typed])
    return VendorGroup(server.name or slug, tuple(map(Model, models)), slug, more)
