"""Server-sent events by the HTML standard's own rules, within bounds.

Two things are read beyond them, because answers were paid for: an event that the stream ends in
the middle of, and lines that are no field of the standard, such as JSON without `data:`.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

MAX_LINE_BYTES = 4 * 1024 * 1024
MAX_EVENT_BYTES = 4 * 1024 * 1024
LINE_BYTES = 64  # that a line takes in memory beside its own
# CPU seconds of whoever reads a stream: a few times what the usual events of a server need.
FREE_SECONDS, SECONDS_A_MEGABYTE, SHARE_OF_TIME = 0.3, 1.2, 0.1
MESSAGE = "message"
STRAY = ""  # the name of what the standard leaves aside: lines with no field that it knows

_END = re.compile(rb"\r\n|\n|\r")
_BOM = b"\xef\xbb\xbf"


class TooLongError(ValueError):
    """A line or an event is over its bound, or there is too much to do for so few bytes."""


@dataclass(frozen=True)
class Event:
    """name: MESSAGE where the stream gives none. id: the last one that was given so far."""

    name: str
    data: str
    id: str = ""


class EventReader:
    """Takes bytes in whatever pieces they come and gives whole events; linear in the bytes.

    retry: milliseconds that the other side asks to wait before it is asked again, for whoever
    asks again; a submission never is. came: bytes by which effort is bounded.
    """

    def __init__(self) -> None:
        self.retry: int | None = None
        self.came = 0
        self._start: bytes | None = b""  # until it is known whether a byte order mark comes first
        self._rest = bytearray()
        self._after_cr = False
        self._name, self._id = "", ""
        self._data: list[bytes] = []
        self._stray: list[bytes] = []
        self._size = 0
        self._begun, self._effort = time.monotonic(), time.thread_time()

    def take(self, piece: bytes) -> Iterator[Event]:
        """Yield the events that end within this piece. Raises TooLongError."""
        self.came += len(piece)
        if self._start is not None:
            piece = self._start + piece
            self._start = piece if len(piece) < len(_BOM) and _BOM.startswith(piece) else None
            if self._start is not None:
                return
            piece = piece.removeprefix(_BOM)
        for line in self._lines(piece):
            if line or self._data or self._stray or self._name:
                for event in self._take_line(line):
                    self._hold_against_bytes()
                    yield event

    def _hold_against_bytes(self) -> None:
        """Raise TooLongError where small events keep this thread busy, whoever takes them."""
        allowed = FREE_SECONDS + SECONDS_A_MEGABYTE * self.came / 2**20
        allowed += SHARE_OF_TIME * (time.monotonic() - self._begun)
        if time.thread_time() - self._effort > allowed:
            raise TooLongError("the answer came in too many pieces")

    def end(self) -> Iterator[Event]:
        """Yield what the stream ended in the middle of."""
        last, self._rest = bytes((self._start or b"") + self._rest), bytearray()
        if last:
            yield from self._take_line(last)
        yield from self._dispatch()

    def _lines(self, piece: bytes) -> Iterator[bytes]:
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
            line, self._rest = bytes(self._rest), bytearray(others.pop())
            yield line
            yield from others

    def _take_line(self, line: bytes) -> Iterator[Event]:
        if not line:
            return self._dispatch()
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            self._add(self._data, value)
        elif name == b"event":
            self._name = _text(value)
        elif name == b"id" and b"\0" not in value:
            self._id = _text(value)
        elif name == b"retry" and re.fullmatch(b"[0-9]{1,18}", value):
            self.retry = int(value)
        elif name not in {b"", b"id", b"retry"}:
            return self._take_stray(line)
        return iter(())

    def _take_stray(self, line: bytes) -> Iterator[Event]:
        """Give JSON on one line at once; keep everything else until an empty line ends it."""
        if not self._stray and line.startswith(b"{") and line.rstrip().endswith(b"}"):
            return iter([Event(STRAY, _text(line), self._id)])
        self._add(self._stray, line)
        return iter(())

    def _add(self, lines: list[bytes], line: bytes) -> None:
        self._size += len(line) + LINE_BYTES
        if self._size > MAX_EVENT_BYTES:
            raise TooLongError("an event of the answer is too long")
        lines.append(line)

    def _dispatch(self) -> Iterator[Event]:
        name, data, stray = self._name or MESSAGE, self._data, self._stray
        self._name, self._data, self._stray, self._size = "", [], [], 0
        if stray:
            yield Event(STRAY, _text(b"\n".join(stray)), self._id)
        if data:
            yield Event(name, _text(b"\n".join(data)), self._id)


def _text(line: bytes) -> str:
    return line.decode("utf-8", "replace")
