"""Reads segments and chunks for the tests, independently of the code that is tested."""

from __future__ import annotations

import io
import struct

from PIL import Image, ImageOps


def jpeg_segments(data: bytes) -> list[tuple[int, bytes]]:
    """Return (marker, payload) up to the first scan."""
    at, found = 2, []
    while data[at + 1] != 0xDA:
        (length,) = struct.unpack_from(">H", data, at + 2)
        found.append((data[at + 1], data[at + 4 : at + 2 + length]))
        at += 2 + length
    return found


def png_chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    at, found = 8, []
    while at < len(data):
        length, kind = struct.unpack_from(">L4s", data, at)
        found.append((kind, data[at + 8 : at + 8 + length]))
        at += length + 12
    return found


def webp_chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    assert struct.unpack_from("<L", data, 4)[0] == len(data) - 8
    at, found = 12, []
    while at < len(data):
        kind, length = struct.unpack_from("<4sL", data, at)
        found.append((kind, data[at + 8 : at + 8 + length]))
        at += 8 + length + length % 2
    return found


def decoded(data: bytes) -> bytes:
    """Return the raw pixels as stored, before any turning."""
    with Image.open(io.BytesIO(data)) as image:
        return image.tobytes()


def shown(data: bytes) -> Image.Image:
    """Return the picture as a viewer shows it."""
    with Image.open(io.BytesIO(data)) as image:
        return ImageOps.exif_transpose(image).convert("RGB")


def corners(image: Image.Image) -> list[tuple[int, ...]]:
    """Return a pixel of each quarter, in reading order."""
    width, height = image.size
    spots = ((1, 1), (3, 1), (1, 3), (3, 3))
    return [image.getpixel((width * x // 4, height * y // 4)) for x, y in spots]


def alike(one: Image.Image, other: Image.Image, tolerance: int = 12) -> bool:
    pairs = zip(corners(one), corners(other), strict=True)
    return all(abs(a - b) <= tolerance for p, q in pairs for a, b in zip(p, q, strict=True))
