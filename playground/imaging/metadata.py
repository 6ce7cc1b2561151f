"""Which formats lose their metadata without being re-encoded.

The compressed pixels stay, and so do colour profile and orientation. Safe to repeat. A damaged file
raises PictureRefused.
"""

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
