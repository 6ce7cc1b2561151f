"""The bytes under an answer: one deadline for all of them, and no more of them than it explains."""

import http.client
import io
import re
import socket
import threading
import time
from typing import Any

BUFFER_BYTES = 64 * 1024
MAX_FRAMING_BYTES = 512 * 1024  # heads, trailers and what surrounds chunks
MAX_BODY_BYTES = 64 * 1024 * 1024  # whatever it unpacks to
FRAMING_BYTES_EACH = 7  # a byte that is a chunk of its own has six around it
FREE_READS, READS_PER_SECOND = 50, 100  # that bring little
LITTLE_BYTES = 4 * 1024

_SMALL_CHUNK = re.compile(rb"\r\n0*([1-9a-fA-F][0-9a-fA-F]{0,3})\r\n")
_call = threading.local()


def begin_call(deadline: float) -> None:
    """Say until when this thread's next answer may take, by the monotonic clock."""
    _call.deadline = deadline


class _Wire(io.RawIOBase):
    """What a socket gives. Raises OSError once the deadline is over, or for too much framing."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock, self._raw = sock, sock.makefile("rb", buffering=0)
        self._begun, self._deadline = time.monotonic(), _call.deadline
        self._wait = sock.gettimeout() or 0.0
        self._reads = 0
        self.allowed = MAX_FRAMING_BYTES
        self.is_paused = False

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self, BUFFER_BYTES)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self.is_paused:
            return None
        now = time.monotonic()
        # Who sends little at a time is read less often: what waits then comes at once.
        ahead = (self._reads - FREE_READS) / READS_PER_SECOND - (now - self._begun)
        if ahead > 0:
            time.sleep(min(ahead, 1 / READS_PER_SECOND))
        if now >= self._deadline:
            raise TimeoutError("the answer took too long")
        self._sock.settimeout(min(self._wait, self._deadline - now))
        count = self._raw.readinto(buffer) or 0
        self._reads += count < LITTLE_BYTES
        self.allowed -= count
        if self.allowed < 0:
            raise OSError("the answer has too little in it for its bytes")
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class Response(http.client.HTTPResponse):
    """An answer over a _Wire, whose small chunks are read together."""

    def __init__(self, sock: socket.socket, *given: Any, **named: Any) -> None:
        self._wire, self._taken = _Wire(sock), 0
        super().__init__(self._wire, *given, **named)  # type: ignore[arg-type] # it makes a file

    def read1(self, n: int = -1) -> bytes:
        piece = super().read1(n)
        if piece and self.chunked and self.chunk_left == 0:
            piece += self._small_chunks()
        self._taken += len(piece)
        if self._taken <= MAX_BODY_BYTES:
            self._wire.allowed += FRAMING_BYTES_EACH * len(piece)
        return piece

    def _small_chunks(self) -> bytes:
        """Return what is here already of further chunks, as long as each is small and whole."""
        self._wire.is_paused = True
        here, at, pieces = self.fp.peek(), 0, []
        self._wire.is_paused = False
        while chunk := _SMALL_CHUNK.match(here, at):
            end = chunk.end() + int(chunk[1], 16)
            if end > len(here):
                break
            pieces.append(here[chunk.end() : end])
            at = end
        self.fp.read(at)
        return b"".join(pieces)
