"""HEIC and AVIF files as boxes: whether the last one is whole, and which size they announce."""

from __future__ import annotations

import re
import struct

from playground.imaging import limits

_SIZE = re.compile(rb"ispe\0{4}(.{4})(.{4})", re.DOTALL)


def is_whole(data: bytes) -> bool:
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


def largest_size(data: bytes) -> tuple[int, int]:
    """Return width and height of the largest picture that is announced; zeros for none."""
    found = [tuple(int.from_bytes(side, "big") for side in one) for one in _SIZE.findall(data)]
    width, height = max(found, key=lambda size: size[0] * size[1], default=(0, 0))
    return width, height
