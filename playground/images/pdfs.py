"""Keeps a PDF while its pages are chosen, and makes images of those that were.

A page is an image like others from then on. Where it came from is its name: "page 3 of report.pdf,
150 dpi".
"""

from __future__ import annotations

import hashlib
import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from playground import imaging
from playground.images import store
from playground.images.models import PdfFile
from playground.imaging import pdf

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playground.accounts.models import Account
    from playground.images.models import Image

MAX_SHOWN_NAME = 160  # characters of the file's name in that of a page


def keep(data: bytes, name: str, account: Account | None) -> PdfFile:
    """Store the file and return its row. Raises PictureRefused where it cannot be read."""
    try:
        _hold_limit(account)
        found = pdf.facts(data)
    except imaging.PictureRefused as refusal:
        raise refusal.about(name) from None
    sha256, key = hashlib.sha256(data).hexdigest(), uuid.uuid4()
    kept = default_storage.save(f"pdfs/{sha256[:2]}/{sha256}-{key}.pdf", ContentFile(data))
    return PdfFile.objects.create(
        key=key, account=account, name=name, sha256=sha256, file=kept, size=len(data), **vars(found)
    )


def _hold_limit(account: Account | None) -> None:
    most = settings.MEMBER_IMAGES_DAY
    if account and most and PdfFile.objects.filter(account=account).count() >= most:
        raise imaging.PictureRefused(
            f"{imaging.SUBJECT} was not added: {most:,} PDFs within 24 hours are the most. "
            "Use those that are there, or wait."
        )


def read(kept: PdfFile) -> bytes:
    with kept.file.open("rb") as file:
        data: bytes = file.read()
        return data


def pages_as_images(
    data: bytes, name: str, account: Account | None, numbers: Sequence[int], dpi: int
) -> Iterator[tuple[Image, str]]:
    """Store these pages; yields each with its name. Raises PictureRefused."""
    try:
        for page in pdf.draw(data, numbers, dpi):
            image = store.store(page.data, account=account)
            yield image, page_name(name, page.number, page.dpi)
    except imaging.PictureRefused as refusal:
        raise refusal.about(name) from None


def page_name(name: str, number: int, dpi: int) -> str:
    file = name if len(name) <= MAX_SHOWN_NAME else f"…{name[1 - MAX_SHOWN_NAME :]}"
    return f"page {number} of {file or 'a PDF'}, {dpi} dpi"


def sweep() -> None:
    """Delete those that were added a day ago."""
    for kept in PdfFile.objects.filter(created_at__lt=timezone.now() - store.UNUSED_LIFETIME):
        default_storage.delete(str(kept.file.name))
        kept.delete()
