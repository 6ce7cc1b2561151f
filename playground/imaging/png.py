"""PNG files as chunks: removes metadata and animation without touching the compressed pixels."""

import re
import struct
import zlib
from collections.abc import Iterator

from playground.imaging import errors, exif
from playground.imaging.structure import Stripped, bounded, damaged, few_frames

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PIXELS = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS"}
_COLOURS = {b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"pHYs", b"bKGD", b"cICP"}
_ANIMATION = {b"acTL", b"fcTL", b"fdAT"}
_TELLING = re.compile(
    rb"XML:com\.adobe\.xmp|Raw profile type (exif|APP1|xmp)|((exif|tiff):)?orientation", re.I
)
_MAX_TEXT = 1024 * 1024  # bytes of an unpacked text


def strip(data: bytes) -> Stripped:
    """Return the file with pixels, colours, animation and orientation; nothing after its end."""
    return _kept(data, _PIXELS | _COLOURS | _ANIMATION)


def first_frame(data: bytes) -> bytes:
    """Return an animated PNG as the still picture that readers without animation show."""
    return _kept(data, _PIXELS | _COLOURS).data


def _kept(data: bytes, kinds: set[bytes]) -> Stripped:
    orientation, by_text, frames, animated = 0, 0, 0, False
    body = bytearray()
    for kind, whole in bounded(_chunks(data)):
        if kind in kinds:
            body += whole
        animated = animated or kind == b"acTL"
        frames += kind == b"fcTL"
        if kind == b"eXIf":
            orientation = orientation or exif.orientation(whole[8:-4])
        by_text = by_text or exif.text_orientation(*_text(kind, whole[8:-4]))
    orientation = orientation or by_text
    header = len(_SIGNATURE) + 25  # IHDR is always 13 bytes in a chunk of 25
    kept = _SIGNATURE + body[: header - len(_SIGNATURE)]
    if orientation > 1:
        kept += _written(b"eXIf", exif.minimal(orientation))
    kept += body[header - len(_SIGNATURE) :]
    return Stripped(bytes(kept), orientation or 1, few_frames(max(frames, 1)) if animated else 1)


def _text(kind: bytes, payload: bytes) -> tuple[bytes, bytes]:
    """Return keyword and text of a chunk that may name the orientation, unpacked where packed."""
    keyword, _, rest = payload[:80].partition(b"\0")
    if kind not in {b"tEXt", b"zTXt", b"iTXt"} or not _TELLING.fullmatch(keyword):
        return b"", b""
    rest, packed = payload[len(keyword) + 1 :], kind == b"zTXt"
    if kind == b"iTXt":  # flag, method, language, the keyword in that language
        packed, rest = rest[:1] == b"\1", rest[2:].split(b"\0", 2)[-1]
    elif packed:
        rest = rest[1:]
    return keyword, _unpacked(rest) if packed else rest[:_MAX_TEXT]


def _unpacked(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, _MAX_TEXT)
    except zlib.error:
        return b""


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield (kind, the whole chunk) from IHDR to IEND; a file without both is damaged."""
    at = len(_SIGNATURE)
    if data[at + 4 : at + 8] == b"CgBI":
        # As Apple's tools write them for telephones: not a PNG to others.
        raise errors.of_a_rare_kind("PNG")
    if data[at : at + 8] != b"\0\0\0\x0dIHDR":
        raise damaged()
    while True:
        if at + 12 > len(data):
            raise damaged()
        length, kind = struct.unpack_from(">L4s", data, at)
        end = at + 12 + length
        if end > len(data):
            raise damaged()
        yield kind, data[at:end]
        if kind == b"IEND":
            return
        at = end


def _written(kind: bytes, payload: bytes) -> bytes:
    checksum = zlib.crc32(kind + payload)
    return struct.pack(">L4s", len(payload), kind) + payload + struct.pack(">L", checksum)
