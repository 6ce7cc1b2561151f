"""Freezes an image address: fetched once for a form, stored like an upload, sent as an upload.

So the run's page stays true when the address dies or shows something else.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from playground.databases import give_back_connection
from playground.guarded_fetch import FetchRefused, Rules, fetch
from playground.models import AddressFetch
from playground.models.transitions import orderly_writes
from playground.pictures import PictureRefused, limits
from playground.providers.base import ErrorKind, ProviderError
from playground.services import images
from playground.services.turns import once

if TYPE_CHECKING:
    from playground.models import Image, RunImage

CLAIM = timedelta(seconds=30)  # longer than a fetch and what is made of it


def freeze(entry: RunImage, form_token: str) -> Image:
    """Return the picture behind the entry's address and keep it on the entry.

    Raises ProviderError with the one sentence for all refusals. All runs of a form share a fetch,
    so that they are asked about the same bytes.
    """
    with orderly_writes():
        row = AddressFetch.objects.get_or_create(form_token=form_token, url=entry.url)[0]
    found = once(
        AddressFetch.objects.filter(pk=row.pk).select_related("image"),
        done=_done,
        work=_fetch,
        longest=CLAIM,
    )
    if not found or not found.image:
        raise ProviderError(ErrorKind.ADDRESS, entry.url[:300])
    entry.image = found.image
    with orderly_writes():
        entry.save(update_fields=["image"])
    return found.image


def _done(row: AddressFetch) -> AddressFetch | None:
    return row if row.refused or row.image_id else None


def _fetch(row: AddressFetch) -> AddressFetch:
    give_back_connection()
    try:
        row.image = images.store(fetch(row.url, rules()))
    except (FetchRefused, PictureRefused):
        row.refused = True
    finally:
        row.claimed_until = None
        with orderly_writes():
            row.save(update_fields=["image", "refused", "claimed_until"])
    return row


def rules() -> Rules:
    """Return what the operator allows."""
    ports = frozenset({80, 443, *settings.FETCH_PORTS})
    return Rules(limits.MAX_BYTES, ports, private_networks=settings.FETCH_PRIVATE_NETWORKS)
