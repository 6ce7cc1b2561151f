"""WebP files as RIFF chunks: removes metadata without touching the compressed pixels."""

import struct
from collections.abc import Iterator

from playground.imaging import exif
from playground.imaging.structure import Stripped, bounded, damaged, few_frames

_KEPT_CHUNKS = {b"VP8 ", b"VP8L", b"VP8X", b"ICCP", b"ANIM", b"ANMF", b"ALPH"}
_FRAME_HEADER = 16
_EXIF_FLAG, _XMP_FLAG = 0x08, 0x04


def strip(data: bytes) -> Stripped:
    """Return the file with pixels, colour profile, animation and orientation only."""
    if len(data) < 12:
        raise damaged()
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        raise damaged()
    wanted = _KEPT_CHUNKS | {b"EXIF", b"XMP "}
    chunks = [chunk for chunk in bounded(_chunks(data, 12, end)) if chunk[0] in wanted]
    extended = bool(chunks) and chunks[0][0] == b"VP8X" and len(chunks[0][1]) == 10
    # Readers look at Exif only in extended files, so an orientation elsewhere was never seen.
    orientation = _orientation(chunks) if extended else 1
    frames = few_frames(sum(kind == b"ANMF" for kind, _ in chunks) or 1)
    body = b"".join(_rewritten(*chunk, orientation) for chunk in chunks if chunk[0] in _KEPT_CHUNKS)
    if orientation > 1:
        body += _written(b"EXIF", exif.minimal(orientation))
    size = struct.pack("<L", len(body) + 4)
    return Stripped(b"RIFF" + size + b"WEBP" + body, orientation, frames)


def _orientation(chunks: list[tuple[bytes, bytes]]) -> int:
    by_exif = [exif.orientation(payload) for kind, payload in chunks if kind == b"EXIF"][:1]
    by_xmp = [exif.xmp_orientation(payload) for kind, payload in chunks if kind == b"XMP "][:1]
    return next(filter(None, [*by_exif, *by_xmp]), 1)


def is_lossless(data: bytes) -> bool:
    """Tell whether the pixels of a still picture are stored without loss."""
    return any(kind == b"VP8L" for kind, _ in bounded(_chunks(data, 12, len(data))))


def _rewritten(kind: bytes, payload: bytes, orientation: int) -> bytes:
    if kind == b"VP8X" and payload:
        flags = payload[0] & ~(_EXIF_FLAG | _XMP_FLAG)
        flags |= _EXIF_FLAG if orientation > 1 else 0
        payload = bytes((flags,)) + payload[1:]
    if kind == b"ANMF":
        inner = bounded(_chunks(payload, _FRAME_HEADER, len(payload)))
        parts = (_written(*chunk) for chunk in inner if chunk[0] in _KEPT_CHUNKS)
        payload = payload[:_FRAME_HEADER] + b"".join(parts)
    return _written(kind, payload)


def _chunks(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield (kind, payload). A missing last padding byte is forgiven, as readers do."""
    while at + 8 <= end:
        kind, length = struct.unpack_from("<4sL", data, at)
        start, at = at + 8, at + 8 + length
        if at > end:
            raise damaged()
        yield kind, data[start:at]
        at += length % 2


def _written(kind: bytes, payload: bytes) -> bytes:
    return struct.pack("<4sL", kind, len(payload)) + payload + b"\0" * (len(payload) % 2)
