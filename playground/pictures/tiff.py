"""TIFF files as a chain of pages: counts them without reading what is on them."""

from __future__ import annotations

import struct

from playground.pictures.structure import few_frames

_ENTRY, _BIG_ENTRY = 12, 20


def pages(data: bytes) -> int:
    """Return how many pages the chain has; a chain that runs in a circle has too many."""
    order = "<" if data[:2] == b"II" else ">"
    big = b"+" in data[:4]
    pointer, counter, entry = ("Q", "Q", _BIG_ENTRY) if big else ("L", "H", _ENTRY)
    at, found = 8 if big else 4, 0
    try:
        while (start := struct.unpack_from(order + pointer, data, at)[0]) != 0:
            (entries,) = struct.unpack_from(order + counter, data, start)
            at = start + struct.calcsize(order + counter) + entries * entry
            found = few_frames(found + 1)
    except (struct.error, OverflowError):
        return max(found, 1)  # whether the first page can be read is the decoder's to say
    return max(found, 1)
