"""A picture that a person changes before it is sent: turned, covered in part, cropped, shrunk.

The result is a file of its own. What it is made of stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image, ImageDraw

from playground.imaging.decoding import opened, read
from playground.imaging.pixels import shrunk
from playground.imaging.preparation import encoded, halved_colours, redrawn, target_format

if TYPE_CHECKING:
    from collections.abc import Sequence

COVER_COLOUR = 0x86  # grey
TURNS = {
    90: Image.Transpose.ROTATE_270,  # to the right, as people count; Pillow counts to the left
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}
TURN_WORDS = {90: "turned right", 180: "turned upside down", 270: "turned left"}


class Box(NamedTuple):
    """A part of a picture, in pixels of the picture as turned."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.left + self.width

    @property
    def bottom(self) -> int:
        return self.top + self.height

    def turned(self, degrees: int, size: tuple[int, int]) -> Box:
        """Return the same part once a picture of this size is turned further, to the right."""
        left, top, width, height = self
        picture_width, picture_height = size
        for _ in range(degrees % 360 // 90):
            left, top, width, height = picture_height - top - height, left, height, width
            picture_width, picture_height = picture_height, picture_width
        return Box(left, top, width, height)


@dataclass(frozen=True)
class Edit:
    """What is done, in this order: turn, cover, crop, shrink, and encode at a JPEG quality.

    turn: degrees to the right. crop: None for the whole picture. max_edge and quality: None for as
    it is.
    """

    turn: int = 0
    covers: tuple[Box, ...] = ()
    crop: Box | None = None
    max_edge: int | None = None
    quality: int | None = None

    def words(self, size: tuple[int, int]) -> str:
        """Say what was done. size: of the result."""
        count, said = len(self.covers), [TURN_WORDS.get(self.turn, "")]
        if count:
            said.append(f"{count} part{'' if count == 1 else 's'} covered")
        if self.crop:
            said.append(f"cropped to {self.crop.width} × {self.crop.height} px")
        if self.max_edge:
            said.append(f"made {size[0]} × {size[1]} px")
        if self.quality:
            said.append(f"JPEG quality {self.quality}")
        return ", ".join(filter(None, said))


def turned_size(size: tuple[int, int], turn: int) -> tuple[int, int]:
    """Return width and height of a picture of this size after a turn."""
    return (size[1], size[0]) if turn % 180 else size


def edited(data: bytes, edit: Edit) -> tuple[bytes, tuple[int, int]]:
    """Return the changed picture as a file, without metadata, and its size.

    Raises PictureRefused.
    """
    source = read(data)
    with opened(source) as picture:
        image = redrawn(picture, None)
        profile = image.info
        image = image.transpose(TURNS[edit.turn]) if edit.turn else image
        image = _covered(image, edit.covers)
        if edit.crop:
            image = image.crop((edit.crop.left, edit.crop.top, edit.crop.right, edit.crop.bottom))
        image = shrunk(image, edit.max_edge) if edit.max_edge else image
        image.info = profile
        form = target_format(source, picture, image, plain=True)
        _, made = encoded(image, form, halved_colours(picture.image), edit.quality)
    return read(made).data, image.size


def _covered(image: Image.Image, covers: Sequence[Box]) -> Image.Image:
    """Paint over these parts, so that nothing of them is left in the file."""
    if not covers:
        return image
    image = image.convert("L") if image.mode == "1" else image.copy()
    bands = [255 if band == "A" else COVER_COLOUR for band in image.getbands()]
    pencil = ImageDraw.Draw(image)
    for cover in covers:
        inside = (cover.left, cover.top, cover.right - 1, cover.bottom - 1)
        pencil.rectangle(inside, fill=bands[0] if len(bands) == 1 else tuple(bands))
    return image
