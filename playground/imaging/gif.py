"""GIF files as blocks: counts frames and drops comments without decoding a pixel."""

from collections.abc import Iterator

from playground.imaging import exif
from playground.imaging.structure import Stripped, bounded, damaged, few_frames

_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B
_COMMENT, _APPLICATION = 0xFE, 0xFF
_XMP = b"XMP DataXMP"
_KEPT_APPLICATIONS = {b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012"}  # loop counts, colours


def strip(data: bytes) -> Stripped:
    """Return the file without comments, XMP and whatever follows its end.

    A file that stops between two blocks, without a trailer, is completed: browsers show it too.
    """
    try:
        at = 13 + _table_bytes(data[10])
        body = bytearray(data[:at])
        frames = orientation = 0
        for kind, start, end in bounded(_blocks(data, at)):
            frames = few_frames(frames + (kind == _IMAGE))
            if kind == _IMAGE or _is_kept(data, start):
                body += data[start:end]
            elif data[start + 3 : start + 14] == _XMP:
                orientation = orientation or exif.xmp_orientation(data[start:end])
    except IndexError:
        raise damaged() from None
    if not frames:
        raise damaged()
    return Stripped(bytes(body) + b";", orientation or 1, frames)


def _is_kept(data: bytes, at: int) -> bool:
    if data[at + 1] == _APPLICATION:
        return data[at + 3 : at + 14] in _KEPT_APPLICATIONS
    return data[at + 1] != _COMMENT


def _blocks(data: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Yield (kind, start, end) of each block. Raises IndexError where the file stops inside one."""
    while at < len(data) and data[at] != _TRAILER:
        kind, start = data[at], at
        if kind == _EXTENSION:
            at = _after_sub_blocks(data, at + 2)
        elif kind == _IMAGE:
            at = _after_sub_blocks(data, at + 10 + _table_bytes(data[at + 9]) + 1)
        else:
            raise damaged()
        yield kind, start, at


def _after_sub_blocks(data: bytes, at: int) -> int:
    while length := data[at]:
        at += length + 1
    return at + 1


def _table_bytes(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0
