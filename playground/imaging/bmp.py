"""BMP files by their header: whether the pixels that it announces are there."""

from __future__ import annotations

import struct

_HEADERS = {12, 16, 40, 52, 56, 64, 108, 124}
_PLAIN = {0, 3, 6}  # uncompressed, also with masks of the colours: their length can be computed


def is_whole(data: bytes) -> bool:
    """Tell whether nothing that the header announces is missing. No sense in it counts as no."""
    try:
        size, start, header = struct.unpack_from("<L4xLL", data, 2)
        if header == 12:
            width, height, bits = struct.unpack_from("<HH2xH", data, 18)
            return _pixels_are_there(data, start, width, height, bits)
        width, height, bits, compression, packed = struct.unpack_from("<ll2xHLL", data, 18)
    except struct.error:
        return False
    if header not in _HEADERS:
        return False
    if compression in _PLAIN:
        return _pixels_are_there(data, start, width, height, bits)
    return bool(14 + header < start + packed <= len(data) or 54 < size <= len(data))


def _pixels_are_there(data: bytes, start: int, width: int, height: int, bits: int) -> bool:
    row = (width * bits + 31) // 32 * 4
    return width > 0 and height != 0 and bits > 0 and start + row * abs(height) <= len(data)
