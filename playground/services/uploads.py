"""Hands pictures to a provider, once for each content, and remembers where it keeps them."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from playground.models import ProviderUpload
from playground.models.transitions import orderly_writes
from playground.providers.base import ErrorKind, ImageFile, ProviderError
from playground.services import images

if TYPE_CHECKING:
    from playground.models import ImageVariant, Run, RunImage
    from playground.providers.base import Provider

CLAIM = timedelta(seconds=150)  # longer than the longest upload
LOOK_AGAIN = 0.1  # seconds between two looks at somebody else's upload


def addresses(run: Run, provider: Provider) -> tuple[str, ...]:
    """Return the addresses of the run's images in order, uploading what the provider lacks.

    Raises ProviderError. Nothing here is billed, so it may be called again.
    """
    return tuple(_address(entry, provider) for entry in run.images.select_related("image"))


def _address(entry: RunImage, provider: Provider) -> str:
    if not entry.image:
        return entry.url
    sent = images.variant(entry.image)
    if (entry.sent_sha256, entry.sent_note) != (sent.sha256, sent.note):
        entry.sent_sha256, entry.sent_note = sent.sha256, sent.note
        with orderly_writes():
            entry.save(update_fields=["sent_sha256", "sent_note"])
    return _uploaded(sent, provider)


def _uploaded(sent: ImageVariant, provider: Provider) -> str:
    """Upload, or wait for the worker that is uploading the same bytes at this moment."""
    with orderly_writes():
        row = ProviderUpload.objects.get_or_create(provider=provider.name, sha256=sent.sha256)[0]
    uploads = ProviderUpload.objects.filter(pk=row.pk)
    end = time.monotonic() + CLAIM.total_seconds()
    while time.monotonic() < end:
        usable = uploads.usable().first()
        if usable:
            return usable.url
        now = timezone.now()
        with orderly_writes():
            won = uploads.filter(Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)).update(
                claimed_until=now + CLAIM
            )
        if won:
            return _upload(sent, provider, row)
        time.sleep(LOOK_AGAIN)
    raise ProviderError(ErrorKind.TEMPORARY, "the upload of an image took too long")


def _upload(sent: ImageVariant, provider: Provider, row: ProviderUpload) -> str:
    """Upload and remember. A failure gives the claim back, so that the next one may try."""
    with sent.file.open("rb") as file:
        data = file.read()
    picture = ImageFile(sent.sha256, sent.content_type, sent.width, sent.height, data)
    values: dict[str, object] = {"claimed_until": None}
    try:
        uploaded = provider.upload(picture)
        values |= {"url": uploaded.url, "expires_at": uploaded.expires_at}
        return uploaded.url
    finally:
        with orderly_writes():
            ProviderUpload.objects.filter(pk=row.pk).update(**values)
