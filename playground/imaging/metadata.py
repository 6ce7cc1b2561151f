"""Which formats lose their metadata without being re-encoded, and the one door to that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.imaging import gif, jpeg, png, webp

if TYPE_CHECKING:
    from collections.abc import Callable

    from playground.imaging.structure import Stripped

STRIPPERS: dict[str, Callable[[bytes], Stripped]] = {
    "JPEG": jpeg.strip,
    "PNG": png.strip,
    "WEBP": webp.strip,
    "GIF": gif.strip,
}


def strip_metadata(data: bytes, format_name: str) -> bytes:
    """Return the file with the same compressed pixels and none of what describes its owner.

    Colour profile and orientation stay. Safe to repeat. Raises PictureRefused for a damaged file
    and KeyError for a format that has to be converted instead (`prepare` does).
    """
    return STRIPPERS[format_name](data).data
