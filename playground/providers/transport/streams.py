"""One request whose answer arrives over a while: lines as they come, every wait bounded."""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from urllib3.exceptions import HTTPError

from playground.providers.transport.calls import (
    ANSWER_LIMIT,
    Answer,
    Body,
    Timeouts,
    TransportError,
    prepare,
    read_whole,
    transport_error,
)
from playground.providers.transport.connections import new_session

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import requests

_CHUNK = 16 * 1024
LONGEST_LINE = 4 * 1024 * 1024


class Stream:
    """An answer that has begun: its status and headers are here, its body is still to come."""

    def __init__(self, response: requests.Response, deadline: float, limit: int) -> None:
        self.status = response.status_code
        self.headers: Mapping[str, str] = response.headers
        self._response = response
        self._deadline = deadline
        self._limit = limit

    def whole(self) -> Answer:
        """Wait for all of it."""
        body, problem = read_whole(self._response, self._deadline, self._limit)
        return Answer(self.status, self.headers, body, problem)

    def lines(self) -> Iterator[str]:
        """Yield each line without its end. Raises TransportError where the rest did not come."""
        rest = b""
        for piece in self._pieces():
            *whole, rest = (rest + piece).split(b"\n")
            if len(rest) > LONGEST_LINE:
                raise TransportError("a line of the answer is too long", maybe_sent=True)
            for line in whole:
                yield line.rstrip(b"\r").decode("utf-8", "replace")
        if rest:
            yield rest.decode("utf-8", "replace")

    def _pieces(self) -> Iterator[bytes]:
        received = 0
        while True:
            try:
                piece = self._response.raw.read1(_CHUNK, decode_content=True)
            except (
                OSError,
                HTTPError,
                ValueError,
                AttributeError,
            ):  # the last two: closed by abort
                raise TransportError("the connection broke", maybe_sent=True) from None
            received += len(piece)
            if not piece:
                return
            if received > self._limit or time.monotonic() > self._deadline:
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
    limit: int = ANSWER_LIMIT,
) -> Iterator[Stream]:
    """Send one request, once, on a connection of its own. Raises TransportError if none answers.

    timeouts.read counts between two pieces, timeouts.total for all of it.
    """
    deadline = time.monotonic() + timeouts.total
    with new_session() as session:
        request = prepare(session, method, url, headers, Body(body, deadline))
        timeout = (timeouts.connect, timeouts.read)
        try:
            response = session.send(request, timeout=timeout, stream=True, allow_redirects=False)
        except (OSError, HTTPError) as error:
            raise transport_error(error) from None
        with response:
            yield Stream(response, deadline, limit)
