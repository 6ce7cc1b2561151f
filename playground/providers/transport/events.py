"""Server-sent events by the HTML standard's own rules, within bounds.

Two things are read beyond them, because answers were paid for: an event that the stream ends in
the middle of, and lines that are no field of the standard, such as JSON without `data:`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LINE_BYTES = 4 * 1024 * 1024
MAX_EVENT_CHARACTERS = 8 * 1024 * 1024
MESSAGE = "message"
STRAY = ""  # the name of what the standard leaves aside: lines with no field that it knows

_END = re.compile(rb"\r\n|\n|\r")
_BOM = b"\xef\xbb\xbf"


class TooLongError(ValueError):
    """A line or an event is over its bound."""


@dataclass(frozen=True)
class Event:
    """name: MESSAGE where the stream gives none. id: the last one that was given so far."""

    name: str
    data: str
    id: str = ""


class EventReader:
    """Takes bytes in whatever pieces they come and gives whole events; linear in the bytes.

    retry: milliseconds that the other side asks to wait before it is asked again, for whoever
    asks again; a submission never is.
    """

    def __init__(self) -> None:
        self.retry: int | None = None
        self._start: bytes | None = b""  # until it is known whether a byte order mark comes first
        self._rest = bytearray()
        self._after_cr = False
        self._name, self._id = "", ""
        self._data: list[str] = []
        self._stray: list[str] = []
        self._size = 0

    def take(self, piece: bytes) -> Iterator[Event]:
        """Yield the events that end within this piece. Raises TooLongError."""
        if self._start is not None:
            piece = self._start + piece
            self._start = piece if len(piece) < len(_BOM) and _BOM.startswith(piece) else None
            if self._start is not None:
                return
            piece = piece.removeprefix(_BOM)
        for line in self._lines(piece):
            yield from self._take_line(line)

    def end(self) -> Iterator[Event]:
        """Yield what the stream ended in the middle of."""
        last, self._rest = bytes((self._start or b"") + self._rest), bytearray()
        if last:
            yield from self._take_line(last.decode("utf-8", "replace"))
        yield from self._dispatch()

    def _lines(self, piece: bytes) -> Iterator[str]:
        if not piece:
            return
        if self._after_cr and piece.startswith(b"\n"):
            piece = piece[1:]
            if not piece:
                self._after_cr = False
                return
        self._after_cr = piece.endswith(b"\r")
        first, *others = _END.split(piece)
        self._rest += first
        if len(self._rest) > MAX_LINE_BYTES:
            raise TooLongError("a line of the answer is too long")
        if others:
            yield self._rest.decode("utf-8", "replace")
            for line in others[:-1]:
                yield line.decode("utf-8", "replace")
            self._rest = bytearray(others[-1])

    def _take_line(self, line: str) -> Iterator[Event]:
        if not line:
            yield from self._dispatch()
            return
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._add(self._data, value)
        elif name == "event":
            self._name = value
        elif name == "id" and "\0" not in value:
            self._id = value
        elif name == "retry" and re.fullmatch("[0-9]{1,18}", value):
            self.retry = int(value)
        elif name not in {"", "id", "retry"}:
            yield from self._take_stray(line)

    def _take_stray(self, line: str) -> Iterator[Event]:
        """Give JSON on one line at once; keep everything else until an empty line ends it."""
        if not self._stray and line.startswith("{") and line.rstrip().endswith("}"):
            yield Event(STRAY, line, self._id)
        else:
            self._add(self._stray, line)

    def _add(self, lines: list[str], line: str) -> None:
        self._size += len(line)
        if self._size > MAX_EVENT_CHARACTERS:
            raise TooLongError("an event of the answer is too long")
        lines.append(line)

    def _dispatch(self) -> Iterator[Event]:
        name, data, stray = self._name or MESSAGE, self._data, self._stray
        self._name, self._data, self._stray, self._size = "", [], [], 0
        if stray:
            yield Event(STRAY, "\n".join(stray), self._id)
        if data:
            yield Event(name, "\n".join(data), self._id)
