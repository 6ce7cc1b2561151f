"""The only place where Pillow opens a picture: one at a time, size first, errors mapped."""

from __future__ import annotations

import threading
import warnings
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

from playground.imaging import errors, gif, jpeg, limits, memory, png, webp
from playground.imaging.errors import PictureRefused
from playground.imaging.formats import Format, recognise
from playground.imaging.structure import few_frames
from playground.imaging.tiff import pages
from playground.imaging.unread import why_unread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playground.imaging.structure import Stripped

# How a file loses what describes its owner. Compressed pixels, colour profile and
# orientation stay. Safe to repeat; a damaged file raises PictureRefused.
STRIPPERS: dict[str, Callable[[bytes], Stripped]] = {
    "JPEG": jpeg.strip,
    "PNG": png.strip,
    "WEBP": webp.strip,
    "GIF": gif.strip,
}
_ORIENTATION_TAG = 0x0112
_turn = threading.BoundedSemaphore(1)

# For the whole process and for good: `catch_warnings` would change other threads' filters too.
warnings.filterwarnings("error", module=r"PIL\.")


@dataclass(frozen=True)
class Source:
    """A picture before decoding. data: without metadata where the format allows it.

    orientation: what is left to apply to the decoded pixels.
    orientation and frames: 0 where only the opened picture can tell.
    """

    form: Format
    data: bytes = field(repr=False)
    orientation: int = 1
    frames: int = 1


@dataclass
class Opened:
    """A picture that is open but not decoded. orientation still has to be applied to `image`."""

    image: Image.Image
    orientation: int
    frames: int

    @property
    def size(self) -> tuple[int, int]:
        """Return width and height as people see the picture."""
        width, height = self.image.size
        return (height, width) if self.orientation >= 5 else (width, height)


def read(data: bytes) -> Source:
    """Return what can be known without decoding. Raises PictureRefused."""
    if not data:
        raise PictureRefused(errors.EMPTY)
    if len(data) > limits.MAX_BYTES:
        raise errors.over_bytes(len(data))
    form = recognise(data)
    # As an archive or a document, too. Phones append pictures and clips, which are neither.
    if b"%PDF-" in data[:1024] or zipfile.is_zipfile(BytesIO(data)):
        raise PictureRefused(errors.TWO_FILES)
    if form.name == "TIFF":
        return Source(form, data, frames=pages(data))
    if form.name not in STRIPPERS:
        # The decoders of TIFF and HEIC turn the pixels themselves, the one of AVIF does not.
        return Source(form, data, orientation=0 if form.name == "AVIF" else 1, frames=0)
    # What is decoded is what would be sent, so Pillow never parses a stranger's metadata.
    stripped = STRIPPERS[form.name](data)
    return Source(form, stripped.data, stripped.orientation, stripped.frames)


@contextmanager
def opened(source: Source) -> Iterator[Opened]:
    """Open a picture when it is its turn; whatever fails inside the block is a PictureRefused.

    Not to be nested: there is one turn for the whole process, because of memory.
    """
    if not _turn.acquire(timeout=limits.DECODE_WAIT_SECONDS):
        raise PictureRefused(errors.BUSY)
    memory.prepare()
    try:
        with _image(source) as image:
            yield Opened(
                image,
                source.orientation or _orientation(image),
                source.frames or few_frames(getattr(image, "n_frames", 1)),
            )
    except PictureRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise errors.over_pixels() from error
    # Broad, because Pillow's plugins raise what they like: SyntaxError for a bad checksum,
    # struct.error, IndexError, EOFError and ValueError for bytes that do not fit together.
    except Exception as error:
        raise why_unread(source.form, source.data, error) from error
    finally:
        memory.give_back()
        _turn.release()


def _image(source: Source) -> Image.Image:
    if source.form.name == "HEIF":
        _register_heif()
    try:
        image = Image.open(BytesIO(source.data), formats=(source.form.name,))
    except (OSError, SyntaxError, ValueError) as error:
        raise why_unread(source.form, source.data, error, opening=True) from error
    width, height = image.size
    if width * height > limits.MAX_PIXELS:
        raise errors.over_pixels(width, height)
    return image


def _register_heif() -> None:
    # Imported when the first phone photo comes: the codec library is large. Safe to repeat.
    from pillow_heif import register_heif_opener

    register_heif_opener()


def _orientation(image: Image.Image) -> int:
    value = image.getexif().get(_ORIENTATION_TAG, 1)
    return value if value in range(1, 9) else 1
