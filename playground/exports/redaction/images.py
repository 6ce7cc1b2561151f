"""The pictures of a run, as far as they may be shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playground.exports.redaction.scope import Shown
    from playground.runs.models.run_image import RunImage

PREVIEW_EDGE, THUMBNAIL_EDGE = 800, 224  # pixels, of what the storage keeps


@dataclass(frozen=True)
class ShownImage:
    """One picture. number: its place in the request, from 1, also when others are left out.

    address: where it was fetched, or what was passed on. picture, preview and thumbnail: where our
    copy is found; blank without one. width and height in pixels, size in bytes, of the original.
    """

    number: int
    address: str
    as_address: bool
    name: str
    sha256: str
    sent_sha256: str
    sent_note: str
    format: str
    width: int
    height: int
    size: int
    picture: str
    preview: str
    thumbnail: str
    row: RunImage = field(repr=False, compare=False)  # for who writes files; not for templates

    @property
    def stored(self) -> bool:
        return bool(self.picture)


def shown_images(entries: Iterable[RunImage], shown: Shown) -> tuple[ShownImage, ...]:
    """Return the pictures that may be shown, in the order they were sent."""
    numbered = enumerate(entries, start=1)
    return tuple(_image(number, entry, shown) for number, entry in numbered if shown.shows(entry))


def _image(number: int, entry: RunImage, shown: Shown) -> ShownImage:
    image, addresses = entry.image, shown.addresses
    # A stranger sees our copy: the address it came from may open more than that to who has it.
    told = shown.own or image is None
    return ShownImage(
        number=number,
        address=entry.url if told else "",
        as_address=entry.as_address,
        name=entry.name if shown.own else "",
        sha256=(entry.image_id or "") if shown.own else "",
        sent_sha256=entry.sent_sha256,
        sent_note=entry.sent_note,
        format=image.format if image else "",
        width=image.width if image else 0,
        height=image.height if image else 0,
        size=image.size if image else 0,
        picture=addresses.picture(entry) if image else "",
        preview=addresses.picture(entry, PREVIEW_EDGE) if image else "",
        thumbnail=addresses.picture(entry, THUMBNAIL_EDGE) if image else "",
        row=entry,
    )
