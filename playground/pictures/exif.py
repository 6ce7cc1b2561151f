"""The one Exif tag that is kept: which way up the picture is. Read and written without Pillow."""

from __future__ import annotations

import struct

PREFIX = b"Exif\0\0"
_ORIENTATION = 0x0112
_NUMBER_TYPES = {3: "H", 4: "L"}
_ENTRY = 12


def orientation(payload: bytes) -> int:
    """Return 1 to 8 from an Exif block, with or without its prefix; 1 where it cannot be read."""
    block = payload.removeprefix(PREFIX)
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(block[:4])
    if order is None:
        return 1
    try:
        return _first_directory(block, order)
    except struct.error:
        return 1


def _first_directory(block: bytes, order: str) -> int:
    (start,) = struct.unpack_from(f"{order}L", block, 4)
    (count,) = struct.unpack_from(f"{order}H", block, start)
    for at in range(start + 2, start + 2 + count * _ENTRY, _ENTRY):
        tag, kind = struct.unpack_from(f"{order}HH", block, at)
        if tag == _ORIENTATION and kind in _NUMBER_TYPES:
            (value,) = struct.unpack_from(order + _NUMBER_TYPES[kind], block, at + 8)
            return value if 1 <= value <= 8 else 1
    return 1


def minimal(value: int) -> bytes:
    """Return an Exif block, without its prefix, that holds the orientation and nothing else."""
    header = struct.pack(">2sHLH", b"MM", 42, 8, 1)
    return header + struct.pack(">HHLHHL", _ORIENTATION, 3, 1, value, 0, 0)
