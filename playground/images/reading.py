"""Reads pictures by the reader of this machine, and keeps what it found. For the worker alone."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings

from playground.images import store
from playground.images.models import ImageReading, ImageVariant
from playground.images.outgoing import sent_picture
from playground.reading import process
from playground.reading.process import NAME, Bounds, Reader, ReadingError, ReadingStopped
from playground.storage.databases import give_back_connection
from playground.storage.writes import orderly_writes

if TYPE_CHECKING:
    from playground.images.models import Image
    from playground.reading.lines import Reading
    from playground.reading.process import Arm


def why_not_here() -> str:
    """Return why nothing can be read on this machine, in a sentence; nothing where it can."""
    if not settings.READER:
        return "The text reader is switched off: READER is 0."
    missing = process.missing_library()
    return f"Not here: {missing} has no build for this machine." if missing else ""


def read_image(image: Image) -> Reading:
    """Return what is written in a picture: as it is kept, or read now, which takes seconds.

    Raises ReadingError; why it could not be read is kept as well.
    """
    kept = ImageReading.objects.filter(pk=image.pk).first()
    if kept and kept.reading:
        return kept.reading
    return read_sent(store.variant(image).sha256)


def read_sent(sha256: str, arm: Arm | None = None) -> Reading:
    """Read the picture whose sent bytes have this hash, and keep it of a whole one.

    arm: see Reader.read. Raises ReadingError, and ProviderError where the picture is gone.
    """
    if why_not := why_not_here():
        raise ReadingError(why_not)
    data = sent_picture(sha256).data
    try:
        found = reader().read(data, arm)
    except ReadingStopped:
        raise
    except ReadingError as error:
        _keep(sha256, str(error))
        raise
    _keep(sha256, found)
    return found


def _keep(sha256: str, found: Reading | str) -> None:
    """A picture that was made smaller for a run says less than the whole one: it is not kept."""
    whole = ImageVariant.objects.filter(sha256=sha256, max_edge=store.ORIGINAL_SIZE, quality=0)
    if variant := whole.select_related("image").first():
        with orderly_writes():
            if isinstance(found, str):
                ImageReading.objects.keep_refusal(variant.image, NAME, found)
            else:
                ImageReading.objects.keep(variant.image, NAME, found)
    give_back_connection()


@cache
def reader() -> Reader:
    bounds = Bounds(seconds=settings.READER_SECONDS)
    return Reader(settings.DATA_DIR / "reader.lock", bounds)
