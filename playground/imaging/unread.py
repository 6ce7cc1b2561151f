"""Why the decoder did not read a picture: over the limit, of a rare kind, or really damaged.

Its own words are not enough: it calls a rare kind and half a file by the same name.
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING

from playground.imaging import errors, jpeg, limits
from playground.imaging.structure import damaged
from playground.imaging.tiff import first_page

if TYPE_CHECKING:
    from playground.imaging.errors import PictureRefused
    from playground.imaging.formats import Format

_BOXED = {"HEIF", "AVIF"}
_UNSUPPORTED = re.compile(
    r"unsupported|not supported|not implemented|not available|unknown|cannot handle", re.I
)
_BMP_HEADERS = {12, 16, 40, 52, 56, 64, 108, 124}
_PLAIN_BMP = {0, 3, 6}  # uncompressed, also with masks of the colours: their length can be computed
_SIZE = re.compile(rb"ispe\0{4}(.{4})(.{4})", re.DOTALL)


def why_unread(
    form: Format, data: bytes, error: Exception, *, opening: bool = False
) -> PictureRefused:
    """Return the refusal. opening: nothing was decoded yet, the header was not understood."""
    if form.name in _BOXED:
        width, height = _largest_size(data)
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
    whole = {"BMP": _is_whole_bmp, "HEIF": _is_whole_box, "AVIF": _is_whole_box}.get(name)
    return unsupported and whole is not None and whole(data)


def _is_whole_bmp(data: bytes) -> bool:
    """Tell whether nothing that the header announces is missing. No sense in it counts as no."""
    try:
        size, start, header = struct.unpack_from("<L4xLL", data, 2)
        if header == 12:
            width, height, bits = struct.unpack_from("<HH2xH", data, 18)
            return _pixels_are_there(data, start, width, height, bits)
        width, height, bits, compression, packed = struct.unpack_from("<ll2xHLL", data, 18)
    except struct.error:
        return False
    if header not in _BMP_HEADERS:
        return False
    if compression in _PLAIN_BMP:
        return _pixels_are_there(data, start, width, height, bits)
    return bool(14 + header < start + packed <= len(data) or 54 < size <= len(data))


def _pixels_are_there(data: bytes, start: int, width: int, height: int, bits: int) -> bool:
    row = (width * bits + 31) // 32 * 4
    return width > 0 and height != 0 and bits > 0 and start + row * abs(height) <= len(data)


def _is_whole_box(data: bytes) -> bool:
    """Tell whether the boxes reach exactly to the end of the file, and hold pictures."""
    at = 0
    kinds: set[bytes] = set()
    for _ in range(limits.MAX_PARTS):
        if at == len(data):
            return {b"meta", b"mdat"} <= kinds
        header = data[at : at + 16]
        if len(header) < 8:
            return False
        size, kind = struct.unpack_from(">L4s", header)
        if size == 1 and len(header) == 16:
            (size,) = struct.unpack_from(">Q", header, 8)
        size = size or len(data) - at  # 0: to the end of the file
        if size < 8 or at + size > len(data):
            return False
        kinds.add(kind)
        at += size
    return False


def _largest_size(data: bytes) -> tuple[int, int]:
    """Return width and height of the largest picture that is announced; zeros for none."""
    found = [tuple(int.from_bytes(side, "big") for side in one) for one in _SIZE.findall(data)]
    width, height = max(found, key=lambda size: size[0] * size[1], default=(0, 0))
    return width, height
