"""JPEG files as segments: removes metadata without touching the compressed pixels."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from playground.imaging import errors, exif, limits
from playground.imaging.errors import PictureRefused
from playground.imaging.structure import Stripped, bounded, damaged

_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_APP0, _APP1, _APP2, _APP14 = 0xE0, 0xE1, 0xE2, 0xEE
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_USUAL_FRAMES = {0xC0, 0xC1, 0xC2, 0xC9, 0xCA}  # baseline to progressive, by either entropy coder
_JFIF_BYTES = 14  # what follows is a thumbnail, which may show what was cropped away
# Outside compressed data anything up to the next marker is skipped, as decoders do.
_MARKER = re.compile(rb"\xff+([^\x00\xff])", re.DOTALL)
_END_OF_SCAN = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])", re.DOTALL)


class _Segment(NamedTuple):
    marker: int
    payload: bytes
    scan: bytes = b""


def strip(data: bytes) -> Stripped:
    """Return the file with its pixels, colour profile and orientation, and nothing after its end.

    A later picture in the same file (a phone's depth map, a video, a ZIP) goes with the rest.
    """
    head: list[bytes] = []
    body = bytearray()
    described: list[bytes] = []
    scans = 0
    for segment in bounded(_segments(data)):
        scans += segment.marker == _SOS
        if scans > limits.MAX_SCANS:
            raise PictureRefused(errors.TOO_MANY_PARTS)
        if segment.marker == _APP1:
            described.append(segment.payload)
        elif segment.marker == _APP0 and segment.payload.startswith(b"JFIF\0"):
            head = head or [_written(_APP0, segment.payload[: _JFIF_BYTES - 2] + b"\0\0")]
        elif _is_kept(segment):
            body += _written(segment.marker, segment.payload) + segment.scan
    if not scans:
        raise damaged()
    orientation = _orientation(described)
    if orientation > 1:
        head.append(_written(_APP1, exif.PREFIX + exif.minimal(orientation)))
    return Stripped(b"".join((b"\xff\xd8", *head, body, b"\xff\xd9")), orientation or 1)


def _orientation(described: list[bytes]) -> int:
    """Return what the first Exif block that says it says, else the first XMP packet; 0 for none."""
    by_exif = (exif.orientation(one) for one in described if one.startswith(exif.PREFIX))
    by_xmp = (exif.xmp_orientation(one) for one in described if one.startswith(_XMP))
    return next(filter(None, (*by_exif, *by_xmp)), 0)


def is_rare(data: bytes) -> bool:
    """Tell whether it is coded in a way that the decoder does not know: lossless, 12 bits, ...

    Also with another number of channels than grey, colour and four inks have.
    """
    for segment in bounded(_segments(data)):
        if 0xC0 <= segment.marker <= 0xCF and segment.marker not in {0xC4, 0xC8, 0xCC}:
            usual = segment.marker in _USUAL_FRAMES and segment.payload[:1] == b"\x08"
            return not usual or segment.payload[5:6] not in {b"\1", b"\3", b"\4"}
    return False


def _is_kept(segment: _Segment) -> bool:
    if segment.marker == _APP2:
        return segment.payload.startswith(b"ICC_PROFILE\0")
    if segment.marker == _APP14:
        return segment.payload.startswith(b"Adobe")
    return 0xC0 <= segment.marker <= 0xDF  # tables, frames and scans; no APPn, COM or extensions


def _segments(data: bytes) -> Iterator[_Segment]:
    at = 2
    while True:
        found = _MARKER.search(data, at)
        if found is None:
            raise damaged()
        marker, at = found[1][0], found.end()
        if marker == _EOI:
            return
        if marker == 0x01 or 0xD0 <= marker <= 0xD7 or marker == _SOI:
            continue  # markers without a length, of no meaning outside compressed data
        payload = _payload(data, at)
        at += 2 + len(payload)
        start = at
        if marker == _SOS:
            at = _scan_end(data, at)
        yield _Segment(marker, payload, data[start:at])


def _payload(data: bytes, at: int) -> bytes:
    length = int.from_bytes(data[at : at + 2], "big")
    payload = data[at + 2 : at + length]
    if length < 2 or len(payload) != length - 2:
        raise damaged()
    return payload


def _scan_end(data: bytes, at: int) -> int:
    found = _END_OF_SCAN.search(data, at)
    if found is None:
        raise damaged()
    return found.start()


def _written(marker: int, payload: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(payload) + 2).to_bytes(2, "big") + payload
