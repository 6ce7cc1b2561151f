"""The one exception of this package, and the sentences that people read when it is raised.

A sentence says what happened, then what to do. It starts with SUBJECT, which a file name replaces.
"""

from typing import Self

from playground.imaging import limits

SUBJECT = "This file"
MAX_NAME = 80

READABLE = "Use PNG, JPEG, WebP, GIF, BMP, TIFF, HEIC or AVIF."
NOT_AN_IMAGE = f"{SUBJECT} is not an image this playground can read. {READABLE}"
SVG = (
    f"{SUBJECT} is an SVG drawing, which models cannot read and which can carry scripts. "
    "Export it as PNG and add that."
)
EMPTY = f"{SUBJECT} is empty. Save it again and add the new copy."
DAMAGED = (
    f"{SUBJECT} is cut off or damaged and cannot be read to its end. "
    "Open it in an image program, save it again and add the new copy."
)
TWO_FILES = (
    f"{SUBJECT} is a picture and another kind of file at once. "
    "Open it in an image program, save it again and add the new copy."
)
TOO_MANY_PARTS = (
    f"{SUBJECT} is built in a way that takes too long to read. "
    "Open it in an image program, save it again and add the new copy."
)
TOO_MANY_FRAMES = (
    f"{SUBJECT} has more than {limits.MAX_FRAMES:,} frames. "
    "Only the first one would be sent; save that one as PNG and add it."
)
BUSY = (
    f"{SUBJECT} was not read, because the server is busy with other pictures. "
    "Add it again in a minute."
)


class PictureRefused(Exception):  # noqa: N818 - reads as what happened, like the rest of the words
    """A picture that is not taken. `reason` is one plain text for the person who added it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def about(self, name: str) -> Self:
        """Return the same refusal with the file's own name as the subject."""
        shown = " ".join("".join(c if c.isprintable() else " " for c in name).split())
        if not shown or not self.reason.startswith(SUBJECT):
            return self
        if len(shown) > MAX_NAME:
            shown = f"{shown[: MAX_NAME - 1]}…"
        return type(self)(shown + self.reason.removeprefix(SUBJECT))


def of_a_rare_kind(label: str) -> PictureRefused:
    """Return the refusal of a whole file that is written in an unusual way."""
    return PictureRefused(
        f"{SUBJECT} is a {label} of a kind that is not read here. "
        "Open it in an image program, save it as PNG and add that."
    )


def over_bytes(size: int) -> PictureRefused:
    shown, limit = file_size(size), file_size(limits.MAX_BYTES)
    shown = f"just over {limit}" if shown == limit else shown
    return PictureRefused(
        f"{SUBJECT} is {shown} and the limit is {limit}. Make it smaller and add it again."
    )


def over_pixels(width: int = 0, height: int = 0) -> PictureRefused:
    """Return the refusal of a picture of this size, or of one whose size is not known."""
    size = f"{width}×{height} pixels" if width and height else "far too many pixels"
    return PictureRefused(
        f"{SUBJECT} has {size} and the limit is {limits.MAX_PIXELS // 1_000_000} megapixels. "
        "Make it smaller and add it again."
    )


def file_size(size: int) -> str:
    """Return a size for people: "2.1 MB", with 1024 bytes to the kB as file managers count."""
    if size < 1024:
        return f"{size} bytes"
    if size < 1024 * 1024:
        return f"{size / 1024:.0f} kB"
    return f"{size / (1024 * 1024):.1f} MB".replace(".0 MB", " MB")
