"""Keeps pictures: one file and one row for each content, thumbnails made once.

The storage gets the bytes first and the database the row second, so that a full disk leaves no
row without its picture; a file without a row is overwritten by the next attempt or swept
(leftovers.py).
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from playground import imaging
from playground.images.models import Image, ImageHolder, ImageVariant
from playground.storage.writes import one_at_a_time, orderly_writes

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from playground.accounts.models import Account

ORIGINAL_SIZE = 0
GONE = "An image is no longer stored here. Add it again."
UNUSED_LIFETIME = timedelta(days=1)


def store(data: bytes, name: str = "", account: Account | None = None) -> Image:
    """Return the row of this content, made if it is new. name: for the words of a refusal.

    account: who chose it, and may see it from now on; none on a local playground.

    Raises PictureRefused where the bytes are not a picture that the playground takes, or where the
    account has added as many as it may.
    """
    try:
        _hold_limit(data, account)
        image = _store(data, account)
        if account:
            _hold(image, data, account)
    except imaging.PictureRefused as refusal:
        raise refusal.about(name) from None
    return image


def _hold(image: Image, data: bytes, account: Account) -> None:
    with one_at_a_time("images"):
        _hold_limit(data, account)  # others may have added theirs while this one was decoded
        now = {"chosen_at": timezone.now()}
        ImageHolder.objects.update_or_create(account=account, image=image, defaults=now)


def room_for(account: Account | None) -> int | None:
    """Return how many new images the account may add now; None: any number."""
    most = settings.MEMBER_IMAGES_DAY
    if not account or not most:
        return None
    mine = ImageHolder.objects.filter(account=account)
    return max(most - mine.filter(chosen_at__gt=timezone.now() - UNUSED_LIFETIME).count(), 0)


def _hold_limit(data: bytes, account: Account | None) -> None:
    if room_for(account) != 0:
        return
    most, mine = settings.MEMBER_IMAGES_DAY, ImageHolder.objects.filter(account=account)
    if not mine.filter(image=hashlib.sha256(data).hexdigest()).exists():
        raise imaging.PictureRefused(
            f"{imaging.SUBJECT} was not added: {most:,} new images within 24 hours are the most, "
            "and so many were added. Use those that are there, or wait."
        )


def _store(data: bytes, account: Account | None) -> Image:
    sha256 = hashlib.sha256(data).hexdigest()
    known = Image.objects.filter(pk=sha256).first()
    if known and default_storage.exists(str(known.file.name)):
        if account and not ImageHolder.objects.filter(account=account, image=known).exists():
            imaging.prepare(data)  # else the time would tell that somebody else has it
        if Image.objects.filter(pk=sha256).update(created_at=timezone.now()):  # not swept meanwhile
            return known
    picture = imaging.inspect(data)
    prepared = imaging.prepare(data)
    image = Image(
        sha256=sha256,
        content_type=picture.content_type,
        format=picture.format,
        width=picture.width,
        height=picture.height,
        size=len(data),
    )
    image.file.name = _write(f"images/{sha256[:2]}/{sha256}.{picture.extension}", data)
    small = prepared.data
    for edge in sorted(imaging.THUMBNAIL_EDGES, reverse=True):
        # Each from the one before: forty million pixels take seconds to decode, once.
        small = imaging.thumbnail(small, edge)
        _write(image.thumbnail_name(edge), small)
    stored = Image.objects.get_or_create(pk=sha256, defaults=_columns(image))[0]
    as_it_is = {"max_edge": ORIGINAL_SIZE, "plain": False, "quality": 0}
    _store_variant(stored, as_it_is | {"recipe": imaging.RECIPE}, prepared)
    return stored


def _columns(image: Image) -> dict[str, object]:
    names = ("file", "content_type", "format", "width", "height", "size")
    return {name: getattr(image, name) for name in names}


def _write(name: str, data: bytes) -> str:
    """Write the file anew, also where it is there: it may be a leftover that is about to go."""
    return default_storage.save(name, ContentFile(data))


def read(image: Image) -> bytes:
    """Return the bytes as they came in."""
    with image.file.open("rb") as file:
        data: bytes = file.read()
        return data


def variant(
    image: Image,
    max_edge: int = ORIGINAL_SIZE,
    reads: Collection[str] | None = None,
    quality: int = 0,
) -> ImageVariant:
    """Return the bytes to send, made at the first need. Several workers may call it at once.

    reads: the content types that a server reads, PNG and JPEG at least; None for all. quality: of a
    JPEG, 1 to 100; 0 for images as they are.
    """
    if quality:
        return _variant(image, max_edge, plain=True, quality=quality)
    usual = _variant(image, max_edge, plain=False)
    fits = reads is None or usual.content_type in {*reads, *imaging.PLAIN}
    return usual if fits else _variant(image, max_edge, plain=True)


def _variant(image: Image, max_edge: int, *, plain: bool, quality: int = 0) -> ImageVariant:
    made = {"max_edge": max_edge, "plain": plain, "quality": quality, "recipe": imaging.RECIPE}
    known = ImageVariant.objects.filter(image=image, **made).first()
    if known:
        return known
    prepared = imaging.prepare(read(image), max_edge or None, plain=plain, quality=quality or None)
    return _store_variant(image, made, prepared)


def _store_variant(
    image: Image, made: Mapping[str, Any], prepared: imaging.Prepared
) -> ImageVariant:
    sha256 = hashlib.sha256(prepared.data).hexdigest()
    values = {
        "sha256": sha256,
        "file": _write(f"sent/{sha256[:2]}/{sha256}", prepared.data),
        "content_type": prepared.content_type,
        "width": prepared.width,
        "height": prepared.height,
        "size": len(prepared.data),
        "note": prepared.note[:300],
    }
    return ImageVariant.objects.get_or_create(image=image, **made, defaults=values)[0]


def discard(image: Image) -> bool:
    """Delete a picture and its files, unless it was chosen again or a run has come to use it.

    In a transaction of its own: whoever stores the same picture meanwhile waits, and a process that
    dies on the way leaves a row that is discarded the next time.
    """
    with orderly_writes(), transaction.atomic():
        as_it_was = Image.objects.unused().filter(pk=image.pk, created_at=image.created_at)
        # Without a join: PostgreSQL locks no row of an outer one.
        Image.objects.select_for_update().filter(pk=image.pk).first()
        if not as_it_was.exists():
            return False
        names = _own_files(image)
        image.delete()
        for name in names:
            default_storage.delete(name)
    return True


def _own_files(image: Image) -> list[str]:
    """Return the files that nothing else needs, the one first by which the picture is known."""
    names = [image.file.name, *(image.thumbnail_name(edge) for edge in imaging.THUMBNAIL_EDGES)]
    variants = {one.sha256: one.file.name for one in image.variants.all()}
    others = ImageVariant.objects.filter(sha256__in=variants).exclude(image=image)
    shared = set(others.values_list("sha256", flat=True))
    names += [name for sha256, name in variants.items() if sha256 not in shared]
    return [name for name in names if name]


def sweep_unused() -> int:
    """Delete the pictures that were chosen and never run. Returns how many went."""
    long_ago = timezone.now() - UNUSED_LIFETIME
    ImageHolder.objects.filter(chosen_at__lt=long_ago).delete()
    stale = Image.objects.unused_since(long_ago)
    return sum(discard(image) for image in stale[:1000])
