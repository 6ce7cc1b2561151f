"""Freezes an image address: fetched once for a form, stored like an upload, sent as an upload.

So the run's page stays true when the address dies or shows something else.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from django.conf import settings

from playground.images import pdfs, store
from playground.images.models import AddressFetch
from playground.images.safe_fetch import FetchRefused, Rules, fetch
from playground.imaging import SUBJECT, PictureRefused, limits, pdf
from playground.imaging.pdf import is_pdf
from playground.providers.base import ErrorKind, ProviderError
from playground.storage.databases import give_back_connection
from playground.storage.once import once
from playground.storage.writes import orderly_writes

if TYPE_CHECKING:
    from playground.images.models import Image
    from playground.runs.models.run_image import RunImage

CLAIM = timedelta(seconds=90)  # longer than a fetch and what is made of it
PAGE = re.compile(r"(?:^|&)page=([1-9]\d{0,5})(?:&|$)")  # of a PDF, after the # of an address


def freeze(entry: RunImage, form_token: str) -> Image:
    """Return the picture behind the entry's address and keep it on the entry.

    Raises ProviderError, which says what came instead where that may be said. All runs of a form
    share a fetch, so that they are asked about the same bytes.
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
        reason = found.reason if found else ""
        raise ProviderError(ErrorKind.ADDRESS, ": ".join(filter(None, [entry.url[:300], reason])))
    entry.image, entry.name = found.image, found.reason[:200] or entry.name
    with orderly_writes():
        entry.save(update_fields=["image", "name"])
    return found.image


def _done(row: AddressFetch) -> AddressFetch | None:
    return row if row.refused or row.image_id else None


def _fetch(row: AddressFetch) -> AddressFetch:
    give_back_connection()
    try:
        row.image, row.reason = _stored(fetch(row.url, rules()), row.url)
    except FetchRefused as refused:
        row.refused, row.reason = True, f"{refused.came}." if refused.came else ""
    except PictureRefused as refused:
        row.refused, row.reason = True, refused.about("what came").reason[:300]
    finally:
        row.claimed_until = None
        with orderly_writes():
            row.save(update_fields=["image", "refused", "reason", "claimed_until"])
    return row


def _stored(data: bytes, url: str) -> tuple[Image, str]:
    """Keep the image; of a PDF the page that the address names, or the first, and say which."""
    if not is_pdf(data):
        return store.store(data), ""
    parts = urlsplit(url)
    named = PAGE.search(parts.fragment)
    name = unquote(parts.path).rstrip("/").rpartition("/")[2] or parts.hostname or ""
    number = int(named[1]) if named else 1
    if number > pdf.facts(data).pages:
        raise PictureRefused(f"{SUBJECT} is a PDF without a page {number}.")
    return next(pdfs.pages_as_images(data, name, None, [number], pdf.DEFAULT_DPI))


def rules() -> Rules:
    """Return what the operator allows."""
    ports = frozenset({80, 443, *settings.FETCH_PORTS})
    return Rules(limits.MAX_BYTES, ports, private_networks=settings.FETCH_PRIVATE_NETWORKS)
