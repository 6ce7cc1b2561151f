"""Opens the text of a file in its encoding, and says where that had to be guessed."""

from __future__ import annotations

import codecs
from contextlib import suppress
from io import TextIOWrapper
from typing import IO, NamedTuple

from playground.experiments.sources.rows import SourceError

MAX_BYTES = 50 * 1024 * 1024
PIECE_BYTES = 256 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins like the next one
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Kept(TextIOWrapper):
    """Text of a stream that stays open when this is closed, or forgotten."""

    def close(self) -> None:
        with suppress(ValueError):  # it was let go already
            self.detach()


class Text(NamedTuple):
    file: Kept
    notes: tuple[str, ...] = ()


def open_text(stream: IO[bytes]) -> Text:
    """Return the text of a stream from its beginning; refuse one that is none."""
    stream.seek(0)
    start = stream.read(4)
    encoding = next((name for mark, name in _MARKS if start.startswith(mark)), "utf-8")
    stream.seek(0)
    fits = _reads_as(stream, encoding)
    stream.seek(0)
    if fits:
        return Text(Kept(stream, encoding, newline=""))
    if encoding != "utf-8":
        raise SourceError("The file is damaged: its text ends in the middle of a character.")
    note = "The file is not UTF-8. It was read as Windows-1252: look whether ä, é and € are right."
    return Text(Kept(stream, "cp1252", errors="replace", newline=""), (note,))


def _reads_as(stream: IO[bytes], encoding: str) -> bool:
    """Read all of it once. What has a NUL in 8 bits is no text at all."""
    decoder = codecs.getincrementaldecoder(encoding)()
    total, fits = 0, True
    while piece := stream.read(PIECE_BYTES):
        total += len(piece)
        if total > MAX_BYTES:
            raise SourceError(f"The file is larger than {MAX_BYTES // 1024**2} MB. Part it.")
        if encoding not in ("utf-16", "utf-32") and b"\0" in piece:
            raise SourceError("This is no text file.")
        fits = fits and _decodes(decoder, piece)
    return fits and _decodes(decoder, b"", final=True)


def _decodes(decoder: codecs.IncrementalDecoder, piece: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError:
        return False
    return True
