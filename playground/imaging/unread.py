"""Why the decoder did not read a picture: over the limit, of a rare kind, or really damaged.

Its own words are not enough: it calls a rare kind and half a file by the same name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playground.imaging import bmp, boxes, errors, jpeg, limits
from playground.imaging.structure import damaged
from playground.imaging.tiff import first_page

if TYPE_CHECKING:
    from playground.imaging.errors import PictureRefused
    from playground.imaging.formats import Format

_BOXED = {"HEIF", "AVIF"}
_UNSUPPORTED = re.compile(
    r"unsupported|not supported|not implemented|not available|unknown|cannot handle", re.I
)


def why_unread(
    form: Format, data: bytes, error: Exception, *, opening: bool = False
) -> PictureRefused:
    """Return the refusal. opening: nothing was decoded yet, the header was not understood."""
    if form.name in _BOXED:
        width, height = boxes.largest_size(data)
        if width * height > limits.MAX_PIXELS:
            return errors.over_pixels(width, height)
    rare = _is_rare(form.name, data, opening or bool(_UNSUPPORTED.search(str(error))))
    return errors.of_a_rare_kind(form.label) if rare else damaged()


def _is_rare(name: str, data: bytes, unsupported: bool) -> bool:
    """Whether the file is whole and of a kind that is not decoded.

    unsupported: whether the decoder said so. Of TIFF and JPEG it may not say, but the file does.
    """
    if name == "JPEG":
        return jpeg.is_rare(data)
    if name == "TIFF":
        page = first_page(data)
        return page.whole and (unsupported or not page.known_compression)
    whole = {"BMP": bmp.is_whole, "HEIF": boxes.is_whole, "AVIF": boxes.is_whole}.get(name)
    return unsupported and whole is not None and whole(data)
