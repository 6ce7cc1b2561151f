"""One request, one answer: every wait and every read bounded.

Says of a failed call whether the request may have reached the other side, because that decides
whether money may have been spent. What an answer means is for the caller to decide.
"""

from __future__ import annotations

import io
import json
import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import requests
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
)

from playground.providers.transport.connections import (
    HandshakeError,
    new_session,
    thread_session,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

ANSWER_LIMIT = 32 * 1024 * 1024
LONGEST_WAIT = 3600.0

_CHUNK = 64 * 1024
_SECONDS = re.compile(r"\d{1,9}(\.\d{1,9})?")


class TransportError(Exception):
    """No answer came. The reason is in our own words: a library's may carry a signed address.

    maybe_sent: whether the other side may have received the request, and acted on it.
    """

    def __init__(self, reason: str, *, maybe_sent: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.maybe_sent = maybe_sent


@dataclass(frozen=True)
class Timeouts:
    """Seconds: to connect (TLS counts again), between two pieces, for the whole call."""

    connect: float = 10.0
    read: float = 30.0
    total: float = 60.0

    @property
    def longest(self) -> float:
        """How long a call can last to a host of one address, slow resolvers and headers aside."""
        return max(self.total, 3 * self.connect + self.read) + self.read


@dataclass(frozen=True)
class Answer:
    """What came back. problem: why the body is not whole; the status counts all the same."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    problem: str = ""

    @property
    def ok(self) -> bool:
        """Whether the status is one of success."""
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        """The body as text; bytes that are not UTF-8 are replaced rather than refused."""
        return self.body.decode("utf-8-sig", "replace")

    def json(self) -> Any:
        """Return the parsed body. Raises ValueError for everything that is not whole JSON."""
        if self.problem:
            raise ValueError(self.problem)
        try:
            return json.loads(self.text)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error

    @property
    def retry_after(self) -> float | None:
        """Seconds the other side asks to wait, at most LONGEST_WAIT; None for none or nonsense."""
        value = self.headers.get("Retry-After", "").strip()
        if _SECONDS.fullmatch(value):
            return min(float(value), LONGEST_WAIT)
        try:
            date = parsedate_to_datetime(value)
        except (ValueError, TypeError):
            return None
        aware = date if date.tzinfo else date.replace(tzinfo=UTC)
        return min(max((aware - datetime.now(UTC)).total_seconds(), 0.0), LONGEST_WAIT)


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes = b"",
    timeouts: Timeouts,
    limit: int = ANSWER_LIMIT,
    fresh: bool = False,
) -> Answer:
    """Send one request, once, and read its answer. Raises TransportError when none came.

    fresh: use a new connection. An idle one may have been closed by the other side a moment ago,
    which shows only after the bytes were written: for a submission that costs money the outcome
    would then be unknown for no reason.
    """
    deadline = time.monotonic() + timeouts.total
    if not fresh:
        return _exchange(thread_session(), method, url, headers, body, timeouts, deadline, limit)
    with new_session() as session:
        return _exchange(session, method, url, headers, body, timeouts, deadline, limit)


class Body(io.BytesIO):
    """A body that is sent piece by piece.

    A socket timeout counts for a whole sendall(): bytes given at once would have to be on the wire
    within the connect timeout, however many they are.
    """

    def __init__(self, data: bytes, deadline: float) -> None:
        super().__init__(data)
        self._deadline = deadline

    def read(self, size: int | None = -1, /) -> bytes:
        if time.monotonic() > self._deadline:
            raise TimeoutError("sending took too long")
        return super().read(size)


def _exchange(
    session: requests.Session,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    timeouts: Timeouts,
    deadline: float,
    limit: int,
) -> Answer:
    request = prepare(session, method, url, headers, Body(body, deadline) if body else None)
    timeout = (timeouts.connect, timeouts.read)
    try:
        response = session.send(request, timeout=timeout, stream=True, allow_redirects=False)
    except (OSError, HTTPError) as error:  # RequestException is an OSError
        raise transport_error(error) from None
    with response:
        received, problem = read_whole(response, deadline, limit)
    return Answer(response.status_code, response.headers, received, problem)


def prepare(
    session: requests.Session,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: Body | None,
) -> requests.PreparedRequest:
    try:
        request = session.prepare_request(requests.Request(method, url, dict(headers), data=body))
        for value in headers.values():
            value.encode("latin-1")
    except (requests.RequestException, HTTPError, UnicodeError) as error:
        reason = f"the request cannot be sent: {type(error).__name__}"
        raise TransportError(reason, maybe_sent=False) from None
    return request


def transport_error(error: Exception) -> TransportError:
    """Judge by the innermost reason: requests wraps what urllib3 wraps."""
    inner = error.args[0] if error.args else None
    reason = getattr(inner, "reason", inner)
    if isinstance(reason, NameResolutionError):
        return TransportError("the host name could not be resolved", maybe_sent=False)
    if isinstance(reason, HandshakeError):
        return TransportError(f"no secure connection: {reason._message}", maybe_sent=False)
    if isinstance(reason, NewConnectionError):
        return TransportError("the connection was refused", maybe_sent=False)
    if isinstance(reason, ConnectTimeoutError):
        return TransportError("connecting took too long", maybe_sent=False)
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema):
        return TransportError("the address is not one of HTTP", maybe_sent=False)
    if isinstance(error, requests.Timeout):
        return TransportError("no answer came in time", maybe_sent=True)
    return TransportError("the connection broke before an answer came", maybe_sent=True)


def read_whole(response: requests.Response, deadline: float, limit: int) -> tuple[bytes, str]:
    """Return the body, or an empty one and what is wrong with it."""
    received = bytearray()
    try:
        # read1 returns what has arrived; read() would wait for a whole chunk while it drips.
        while piece := response.raw.read1(_CHUNK, decode_content=True):
            received += piece
            if len(received) > limit:
                return b"", f"the answer is longer than {limit} bytes"
            if time.monotonic() > deadline:
                return b"", "the answer took too long"
    except (OSError, HTTPError):
        return b"", "the connection broke in the middle of the answer"
    return bytes(received), ""
