"""What the readers of the single formats share: the result of a pass over a file's parts."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeVar

from playground.imaging import errors, limits
from playground.imaging.errors import PictureRefused

T = TypeVar("T")


class Stripped(NamedTuple):
    """A file without its metadata, and what the pass over its parts found out.

    data: the same pixels, still compressed as they came. orientation: 1 to 8, as Exif counts.
    """

    data: bytes
    orientation: int = 1
    frames: int = 1


def bounded(parts: Iterable[T]) -> Iterator[T]:
    """Yield the parts of a file; a file of absurdly many parts is refused, not walked."""
    for count, part in enumerate(parts):
        if count >= limits.MAX_PARTS:
            raise PictureRefused(errors.TOO_MANY_PARTS)
        yield part


def few_frames(frames: int) -> int:
    if frames > limits.MAX_FRAMES:
        raise PictureRefused(errors.TOO_MANY_FRAMES)
    return frames


def damaged() -> PictureRefused:
    return PictureRefused(errors.DAMAGED)
