"""One request whose answer arrives over a while: events as they come, every wait bounded."""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from urllib3.exceptions import HTTPError

from playground.providers.base import MAX_RECEIVED_BYTES
from playground.providers.transport.events import EventReader, TooLongError
from playground.providers.transport.requests import (
    MAX_ANSWER_BYTES,
    MAX_WHOLE_BYTES,
    Answer,
    Timeouts,
    TransportError,
    answer_of,
    begin,
    read_whole,
)
from playground.providers.transport.sessions import new_session

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import requests

    from playground.providers.transport.events import Event

_CHUNK = 16 * 1024


class Stream:
    """An answer that has begun: its status and headers are here, its body is still to come.

    arrived: the bytes of the body that came so far, MAX_RECEIVED_BYTES at most. size: of all.
    """

    def __init__(self, response: requests.Response, deadline: float) -> None:
        self.status = response.status_code
        self.headers: Mapping[str, str] = response.headers
        self.arrived: bytes | bytearray = bytearray()
        self.size = 0
        self._response = response
        self._deadline = deadline

    def whole(self) -> Answer:
        """Wait for all of it: it is read at once, so much less of it is taken than of events."""
        received, problem = read_whole(self._response, self._deadline, MAX_WHOLE_BYTES)
        self.arrived, self.size = received[:MAX_RECEIVED_BYTES], len(received)
        return answer_of(self.status, self.headers, received, problem)

    def events(self) -> Iterator[Event]:
        """Yield each event as it ends. Raises TransportError where the rest did not come."""
        reader = EventReader()
        try:
            for piece in self._pieces():
                yield from reader.take(piece)
                reader.came = self._response.raw.tell()  # before it was unpacked
        except TooLongError as error:
            raise TransportError(str(error), maybe_sent=True) from None
        except TransportError:
            yield from reader.end()
            raise
        yield from reader.end()

    def _pieces(self) -> Iterator[bytes]:
        while True:
            try:
                piece = self._response.raw.read1(_CHUNK, decode_content=True)
            except (
                OSError,
                HTTPError,
                ValueError,
                AttributeError,
            ):  # the last two: closed by abort
                late = time.monotonic() > self._deadline
                why = "the answer took too long" if late else "the connection broke"
                raise TransportError(why, maybe_sent=True) from None
            if not piece:
                return
            self.arrived += piece[: MAX_RECEIVED_BYTES - len(self.arrived)]
            self.size += len(piece)
            if self.size >= MAX_ANSWER_BYTES or time.monotonic() > self._deadline:
                raise TransportError("the answer is too long", maybe_sent=True)
            yield piece

    def abort(self) -> None:
        """End it from another thread: the read that waits comes back at once."""
        with suppress(OSError, ValueError, RuntimeError):  # it has ended by itself
            self._response.raw.shutdown()


@contextmanager
def open_stream(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes,
    timeouts: Timeouts,
) -> Iterator[Stream]:
    """Send one request, once, on a connection of its own. Raises TransportError if none answers.

    timeouts.read counts between two pieces, timeouts.total for all of it.
    """
    deadline = time.monotonic() + timeouts.total
    with (
        new_session() as session,
        begin(session, method, url, headers, body, timeouts, deadline) as response,
    ):
        yield Stream(response, deadline)
