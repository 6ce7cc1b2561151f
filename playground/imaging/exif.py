"""Which way up a picture is, wherever a file says it: Exif, XMP or a PNG's text. Without Pillow.

Orientation is the one thing of a file's metadata that is read; 0 stands for "not said".
"""

import re
import struct

PREFIX = b"Exif\0\0"
_ORIENTATION = 0x0112
_NUMBER_TYPES = {3: "H", 4: "L"}
_ENTRY = 12
_XMP = re.compile(rb"tiff:Orientation\s*(?:=\s*[\"']|>)\s*([1-8])\s*[\"'<]")
_RAW_EXIF = {b"Raw profile type exif", b"Raw profile type APP1"}
_RAW_XMP = b"Raw profile type xmp"
_ADOBE_XMP = b"XML:com.adobe.xmp"
_PLAIN = re.compile(rb"((exif|tiff):)?orientation", re.IGNORECASE)
_HEXADECIMAL = re.compile(rb"\s*[\w ]+\s+\d+\s+([0-9a-fA-F\s]+)")


def orientation(payload: bytes) -> int:
    """Return 1 to 8 from an Exif block, with or without its prefix; 0 where it does not say."""
    block = payload.removeprefix(PREFIX)
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(block[:4])
    if order is None:
        return 0
    try:
        return _first_directory(block, order)
    except struct.error:
        return 0


def _first_directory(block: bytes, order: str) -> int:
    (start,) = struct.unpack_from(f"{order}L", block, 4)
    (count,) = struct.unpack_from(f"{order}H", block, start)
    for at in range(start + 2, start + 2 + count * _ENTRY, _ENTRY):
        tag, kind = struct.unpack_from(f"{order}HH", block, at)
        if tag == _ORIENTATION and kind in _NUMBER_TYPES:
            (value,) = struct.unpack_from(order + _NUMBER_TYPES[kind], block, at + 8)
            return value if 1 <= value <= 8 else 0
    return 0


def xmp_orientation(packet: bytes) -> int:
    """Return 1 to 8 from an XMP packet, as an attribute or as an element; 0 for none."""
    found = _XMP.search(packet)
    return int(found[1]) if found else 0


def text_orientation(keyword: bytes, text: bytes) -> int:
    """Return 1 to 8 from a text of a PNG: a profile in hexadecimal, XMP or the bare number."""
    if keyword == _ADOBE_XMP:
        return xmp_orientation(text)
    if keyword in _RAW_EXIF or keyword == _RAW_XMP:
        block = _unhexed(text)
        return orientation(block) or xmp_orientation(block)
    number = text.strip()
    known = _PLAIN.fullmatch(keyword) and number in {b"%d" % one for one in range(1, 9)}
    return int(number) if known else 0


def _unhexed(text: bytes) -> bytes:
    """Return a profile as ImageMagick writes it: its name, its length, its bytes as digits."""
    found = _HEXADECIMAL.match(text)
    digits = b"".join(found[1].split()) if found else b""
    return bytes.fromhex(digits[: len(digits) // 2 * 2].decode())


def minimal(value: int) -> bytes:
    """Return an Exif block, without its prefix, that holds the orientation and nothing else."""
    header = struct.pack(">2sHLH", b"MM", 42, 8, 1)
    return header + struct.pack(">HHLHHL", _ORIENTATION, 3, 1, value, 0, 0)
