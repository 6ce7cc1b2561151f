"""Which bytes of a picture go into a file: those that were sent, without their metadata.

Never the original: a file is passed on, and originals carry where a photo was taken.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from django.core.files.storage import default_storage

from playground.exports.redaction.images import PREVIEW_EDGE
from playground.images.models import ImageVariant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from playground.exports.redaction import ShownImage, ShownRun
    from playground.images.models import Image

PIECE_BYTES = 192 * 1024  # bytes read at a time; a multiple of three, as base64 wants
MAX_IMAGE_BYTES = 2 * 1024 * 1024  # bytes of one picture inside a page; above it, its preview
MAX_IMAGES_BYTES = 24 * 1024 * 1024  # bytes of all pictures that are whole inside a page


@dataclass(frozen=True)
class Picture:
    """The bytes of one picture. number: among those of the file. size: bytes.

    whole: as it was sent; otherwise its preview. gone: the storage has it no more.
    """

    number: int
    image: ShownImage
    file: str
    content_type: str
    width: int
    height: int
    size: int
    whole: bool = True
    gone: bool = False

    @property
    def key(self) -> str:
        return key_of(self.image)


def key_of(image: ShownImage) -> str:
    """What tells pictures apart: the same one in several cells goes into a file once."""
    return f"{image.row.image_id}-{image.sent_sha256}"


def pictures_of(runs: Iterable[ShownRun]) -> dict[str, Picture]:
    """Return the pictures of all runs by their keys, in order, as they were sent."""
    found: dict[str, Picture] = {}
    for run in runs:
        for image in run.images:
            if image.stored and key_of(image) not in found:
                found[key_of(image)] = _picture(len(found) + 1, image, run.max_edge)
    return found


def _picture(number: int, image: ShownImage, max_edge: int) -> Picture:
    variant = _variant(image, max_edge)
    if not variant or not default_storage.exists(str(variant.file.name)):
        return _preview(number, image)
    return Picture(
        number=number,
        image=image,
        file=str(variant.file.name),
        content_type=variant.content_type,
        width=variant.width,
        height=variant.height,
        size=variant.size,
    )


def _variant(image: ShownImage, max_edge: int) -> ImageVariant | None:
    """The bytes that were sent; for a run that was not, those that would have been."""
    variants = ImageVariant.objects.filter(image_id=image.row.image_id)
    if image.sent_sha256:
        variants = variants.filter(sha256=image.sent_sha256)
    wanted = variants.filter(max_edge=max_edge).order_by("quality", "plain").first()
    return wanted or variants.order_by("max_edge", "plain", "-recipe").first()


def _preview(number: int, image: ShownImage) -> Picture:
    """The picture at 800 pixels at most, or word that there is none."""
    stored: Image | None = image.row.image
    name = stored.thumbnail_name(PREVIEW_EDGE) if stored else ""
    there = bool(name) and default_storage.exists(name)
    scale = min(1, PREVIEW_EDGE / max(image.width, image.height, 1))
    return Picture(
        number=number,
        image=image,
        file=name,
        content_type="image/webp",
        width=max(round(image.width * scale), 1),
        height=max(round(image.height * scale), 1),
        size=default_storage.size(name) if there else 0,
        whole=False,
        gone=not there,
    )


class Inside:
    """Chooses what of each picture goes into a page, until the page is large enough."""

    def __init__(self, pictures: Mapping[str, Picture]) -> None:
        self.known = pictures
        self.chosen: list[Picture] = []
        self._left = MAX_IMAGES_BYTES

    def take(self, image: ShownImage) -> Picture | None:
        """Return this picture for one more place on the page, as its preview where it is large.

        `number` is that of the place. None where no copy was ever kept.
        """
        picture = self.known.get(key_of(image))
        if not picture:
            return None
        if picture.whole and picture.size > min(self._left, MAX_IMAGE_BYTES):
            small = _preview(picture.number, picture.image)
            picture = picture if small.gone else small
        self._left -= picture.size
        self.chosen.append(replace(picture, number=len(self.chosen)))
        return self.chosen[-1]


def readable(picture: Picture) -> Iterator[bytes] | None:
    """Return the bytes in pieces; None where they were deleted meanwhile, or are away."""
    try:
        pieces = read(picture)
        first = next(pieces, b"")
    except OSError:
        return None
    return chain([first], pieces)


def read(picture: Picture) -> Iterator[bytes]:
    """Yield the bytes in pieces. Raises FileNotFoundError before the first one."""
    with default_storage.open(picture.file, "rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield piece
