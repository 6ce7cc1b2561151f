"""TIFF files as a chain of pages: counts them, and tells whether the first one is all there."""

import struct
from dataclasses import dataclass

from playground.imaging import limits
from playground.imaging.structure import few_frames

_ENTRY, _BIG_ENTRY = 12, 20
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 16: 8, 17: 8}
_SIZES |= {13: 4, 18: 8}
_NUMBERS = {1: "B", 3: "H", 4: "L", 16: "Q"}
_COMPRESSION, _STRIPS, _STRIP_BYTES, _TILES, _TILE_BYTES = 259, 273, 279, 324, 325
# None, CCITT, LZW, JPEG, Deflate, Packbits: what the decoder here can unpack.
_KNOWN_COMPRESSIONS = {1, 2, 3, 4, 5, 6, 7, 8, 32773, 32946}


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


@dataclass(frozen=True)
class FirstPage:
    """whole: whether each part that its directory names is within the file."""

    whole: bool = False
    known_compression: bool = True


def first_page(data: bytes) -> FirstPage:
    """Return what the directory of the first page says, without decoding."""
    try:
        tags = _directory(data)
    except (struct.error, OverflowError, ValueError):
        return FirstPage()
    places = tags.get(_STRIPS) or tags.get(_TILES) or ()
    lengths = tags.get(_STRIP_BYTES) or tags.get(_TILE_BYTES) or ()
    ends = [at + length for at, length in zip(places, lengths, strict=False)]
    whole = bool(ends) and len(places) == len(lengths) and max(ends) <= len(data)
    compression = (tags.get(_COMPRESSION) or (1,))[0]
    return FirstPage(whole, compression in _KNOWN_COMPRESSIONS)


def _directory(data: bytes) -> dict[int, tuple[int, ...]]:
    """Return the numbers behind each tag of interest. Raises where the file stops before one."""
    order, big = "<" if data[:2] == b"II" else ">", b"+" in data[:4]
    pointer, counter, entry = ("Q", "Q", _BIG_ENTRY) if big else ("L", "H", _ENTRY)
    (start,) = struct.unpack_from(order + pointer, data, 8 if big else 4)
    (entries,) = struct.unpack_from(order + counter, data, start)
    if entries > limits.MAX_PARTS:
        raise ValueError("no directory has so many entries")
    found, inline = {}, struct.calcsize(order + pointer)
    for n in range(entries):
        at = start + struct.calcsize(order + counter) + n * entry
        tag, kind, count = struct.unpack_from(f"{order}HH{pointer}", data, at)
        place = at + 4 + inline
        if _SIZES.get(kind, 1) * count > inline:
            (place,) = struct.unpack_from(order + pointer, data, place)
        if place + _SIZES.get(kind, 1) * count > len(data):
            raise ValueError("a value lies behind the end")
        if kind in _NUMBERS and count <= limits.MAX_PARTS:
            found[tag] = struct.unpack_from(f"{order}{count}{_NUMBERS[kind]}", data, place)
    return found
