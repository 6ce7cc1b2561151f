"""Reads segments and chunks for the tests, independently of the code that is tested."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image, ImageOps

from playground.imaging.decoding import STRIPPERS


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


ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2))
ADAM7 += ((0, 1, 1, 2),)  # x, y, and the steps of each pass
CHANNELS = {0: ("L", 1), 2: ("RGB", 3), 4: ("LA", 2), 6: ("RGBA", 4)}


def rows_of(data: bytes) -> tuple[str, tuple[int, int], bytes]:
    """Decode an interlaced PNG of 8 bits a channel, by its specification: mode, size, pixels."""
    chunks = png_chunks(data)
    width, height, _bits, kind = struct.unpack_from(">LLBB", dict(chunks)[b"IHDR"])
    mode, size = CHANNELS[kind]
    packed = io.BytesIO(zlib.decompress(b"".join(p for k, p in chunks if k == b"IDAT")))
    pixels = bytearray(width * height * size)
    for left, top, across, down in ADAM7:
        columns = range(left, width, across)
        above = bytes(len(columns) * size)
        for y in range(top, height, down) if columns else ():
            above = unfiltered(packed.read(1)[0], packed.read(len(above)), above, size)
            for at, x in enumerate(columns):
                place = (y * width + x) * size
                pixels[place : place + size] = above[at * size : at * size + size]
    return mode, (width, height), bytes(pixels)


def unfiltered(kind: int, row: bytes, above: bytes, size: int) -> bytes:
    done = bytearray()
    for at, value in enumerate(row):
        a, c = (done[at - size], above[at - size]) if at >= size else (0, 0)
        b = above[at]
        near = min((a, b, c), key=lambda one: abs(a + b - c - one))
        done.append(value + (0, a, b, (a + b) // 2, near)[kind] & 0xFF)
    return bytes(done)


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


def strip_metadata(data: bytes, name: str) -> bytes:
    """What a file of this format keeps."""
    return STRIPPERS[name](data).data
