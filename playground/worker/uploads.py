"""Hands pictures to a provider, once for each content, and remembers where it keeps them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from playground.catalog import entries as catalog
from playground.images import store
from playground.images.models import UPLOAD_MARGIN, ProviderUpload
from playground.providers.base import Choosy, ErrorKind, ImageFile, ProviderError
from playground.storage.databases import give_back_connection
from playground.storage.failures import lasting
from playground.storage.once import once
from playground.storage.writes import orderly_writes
from playground.worker import run_queries
from playground.worker.remote_images import freeze

if TYPE_CHECKING:
    from collections.abc import Collection

    from playground.images.models import ImageVariant
    from playground.providers.base import Provider
    from playground.runs.models.run import Run
    from playground.runs.models.run_image import RunImage

CLAIM = timedelta(seconds=150)  # longer than the longest upload


def addresses(run: Run, provider: Provider) -> tuple[str, ...]:
    """Return the addresses of the run's images in order, uploading what the provider lacks.

    Raises ProviderError. Nothing here is billed, so it may be called again.
    """
    entries = run.images.select_related("image") if run_queries.has_pictures(run.pk) else ()
    reads = None
    if isinstance(provider, Choosy):
        reads = provider.reads(catalog.find(run.model_id).wire_id)
    try:
        return tuple(_address(entry, run, provider, reads) for entry in entries)
    except OSError as error:  # a full disk, a folder that is away
        if words := lasting(error):
            raise ProviderError(ErrorKind.TEMPORARY, words) from error
        raise


def _address(entry: RunImage, run: Run, provider: Provider, reads: Collection[str] | None) -> str:
    if entry.as_address:
        return entry.url
    image = entry.image or freeze(entry, run.form_token)
    sent = store.variant(image, run.max_edge, reads, run.parameters.get("jpeg_quality", 0))
    if (entry.sent_sha256, entry.sent_note) != (sent.sha256, sent.note):
        entry.sent_sha256, entry.sent_note = sent.sha256, sent.note
        with orderly_writes():
            entry.save(update_fields=["sent_sha256", "sent_note"])
    return _uploaded(sent, provider)


def _uploaded(sent: ImageVariant, provider: Provider) -> str:
    """Upload, or wait for the worker that is uploading the same bytes at this moment."""
    with orderly_writes():
        row = ProviderUpload.objects.get_or_create(
            provider=provider.name, account=provider.account, sha256=sent.sha256
        )[0]
    url = once(
        ProviderUpload.objects.filter(pk=row.pk),
        done=_usable,
        work=lambda upload: _upload(sent, provider, upload),
        longest=CLAIM,
    )
    if not url:
        raise ProviderError(ErrorKind.TEMPORARY, "the upload of an image took too long")
    return url


def _usable(upload: ProviderUpload) -> str | None:
    fresh = upload.expires_at and upload.expires_at > timezone.now() + UPLOAD_MARGIN
    return upload.url if upload.url and fresh else None


def _upload(sent: ImageVariant, provider: Provider, row: ProviderUpload) -> str:
    """Upload and remember. A failure gives the claim back, so that the next one may try."""
    values: dict[str, object] = {"claimed_until": None}
    try:
        with sent.file.open("rb") as file:
            data = file.read()
        picture = ImageFile(sent.sha256, sent.content_type, sent.width, sent.height, data)
        give_back_connection()
        uploaded = provider.upload(picture)
        values |= {"url": uploaded.url, "expires_at": uploaded.expires_at}
        return uploaded.url
    finally:
        with orderly_writes():
            ProviderUpload.objects.filter(pk=row.pk).update(**values)
