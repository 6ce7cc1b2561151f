"""Keeps slow connections away from the threads of a web process, where no proxy does.

gunicorn reads a head in a thread, and waits there for as long as it drips.
"""

import contextlib
import re
import socket
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

HEAD_SECONDS = 10.0  # for a head, and a small body with it
MAX_HEAD_BYTES, SMALL_BODY_BYTES = 64 * 1024, 64 * 1024
BODY_SECONDS, MIN_BYTES_PER_SECOND = 10.0, 16 * 1024  # a larger body: at the start, and then
WRITE_SECONDS, PIECE_BYTES = 10.0, 64 * 1024  # until one piece of an answer is taken

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*\r\n", re.IGNORECASE)
_UNBOUNDED = re.compile(rb"\r\n(?:transfer-encoding|expect):", re.IGNORECASE)


@dataclass
class Arrival:
    """What has come of a request. has_more: its body is read in the thread that answers."""

    until: float
    data: bytearray = field(default_factory=bytearray)
    has_more: bool = False
    _end: int = 0

    def is_enough(self) -> bool:
        if not self._end:
            self._end = self.data.find(b"\r\n\r\n") + 4
            if self._end < 4:
                self._end = 0
                return len(self.data) > MAX_HEAD_BYTES
        head = self.data[: self._end]
        length = int(found[1]) if (found := _LENGTH.search(head)) else 0
        self.has_more = length > SMALL_BODY_BYTES or bool(_UNBOUNDED.search(head))
        return self.has_more or len(self.data) >= self._end + length


class _Paced:
    """A socket whose reads end, as if it were closed, once a body comes too slowly."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock, self._end = sock, time.monotonic() + BODY_SECONDS

    def recv(self, size: int) -> bytes:
        left = self._end - time.monotonic()
        self._sock.settimeout(max(left, 0.001))
        try:
            data = self._sock.recv(size)
        except TimeoutError:
            return b""
        finally:
            self._sock.settimeout(WRITE_SECONDS)
        self._end += len(data) / MIN_BYTES_PER_SECOND
        return data


def in_pieces(response: Any) -> Iterator[bytes]:
    """Yield an answer so that a slow line has time for each piece, and close it at the end."""
    try:
        for part in response:
            for start in range(0, len(part), PIECE_BYTES):
                yield part[start : start + PIECE_BYTES]
    finally:
        response.close()


class PatientWorker(ThreadWorker):
    """Hands a request to a thread once its head is here, and all of a small body.

    Larger bodies take half of the threads at most, and the others wait their turn.
    """

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._arriving: dict[Any, Arrival] = {}  # by connection
        self._with_bodies: set[Any] = set()
        self._waiting: deque[Any] = deque()

    def enqueue_req(self, conn: Any) -> None:
        held = conn.parser.unreader.take_buffered() if conn.parser else b""
        self._arriving[conn] = Arrival(time.monotonic() + HEAD_SECONDS, bytearray(held))
        conn.sock.settimeout(0)
        self.poller.register(conn.sock, EVENT_READ, partial(self._take_in, conn))
        self._take_in(conn, conn.sock)

    def _take_in(self, conn: Any, sock: socket.socket) -> None:
        arrival, is_over = self._arriving[conn], False
        if not arrival.is_enough():
            try:
                data = sock.recv(MAX_HEAD_BYTES)
                arrival.data += data
                is_over = not data
            except BlockingIOError:
                return
            except OSError:
                is_over = True
        if is_over:
            self._give_up(conn)
        elif arrival.is_enough():
            self._hand_over(conn)

    def _hand_over(self, conn: Any) -> None:
        arrival = self._arriving.pop(conn)
        self.poller.unregister(conn.sock)
        conn.init()
        conn.parser.unreader.unread(bytes(arrival.data))
        if not arrival.has_more:
            if len(arrival.data) > MAX_HEAD_BYTES:  # no more of such a head is read
                with contextlib.suppress(OSError):
                    conn.sock.shutdown(socket.SHUT_RD)
            super().enqueue_req(conn)
        elif len(self._with_bodies) < max(self.cfg.threads // 2, 1):
            self._read_body(conn)
        else:
            self._waiting.append(conn)

    def _read_body(self, conn: Any) -> None:
        self._with_bodies.add(conn)
        conn.parser.unreader.sock = _Paced(conn.sock)
        super().enqueue_req(conn)

    def finish_request(self, conn: Any, fs: Any) -> None:
        if conn in self._with_bodies:
            self._with_bodies.remove(conn)
            conn.parser.unreader.sock = conn.sock
            if self._waiting:
                self._read_body(self._waiting.popleft())
        super().finish_request(conn, fs)

    def handle_request(self, req: Any, conn: Any) -> Any:
        conn.sock.settimeout(WRITE_SECONDS)
        try:
            return super().handle_request(req, conn)
        except TimeoutError:
            return False  # nobody takes the answer

    def _give_up(self, conn: Any) -> None:
        del self._arriving[conn]
        with contextlib.suppress(OSError, KeyError, ValueError):
            self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.close()

    def murder_pending(self) -> None:
        """Close what has not arrived in time; at the end of this process all that sent nothing."""
        super().murder_pending()
        now = time.monotonic()
        for conn, arrival in list(self._arriving.items()):
            if now >= arrival.until or not (self.alive or arrival.data):
                self._give_up(conn)
