"""One request, one answer: every wait and every read bounded.

Says of a failed call whether the request may have reached the other side, because that decides
whether money may have been spent. What an answer means is for the caller to decide.
"""

import io
import re
import time
from codecs import lookup
from collections.abc import Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import requests
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    ProxyError,
)

from playground.providers import network
from playground.providers.sanitising import MAX_VALUES_OF_LIST, parsed
from playground.providers.transport.sessions import HandshakeError, new_session, thread_session
from playground.providers.transport.wire import begin_call

MAX_ANSWER_BYTES = 32 * 1024 * 1024
MAX_WHOLE_BYTES = 6 * 1024 * 1024  # of an answer that is to be read in one piece
MAX_WAIT_SECONDS = 3600.0

_CHUNK = 64 * 1024
_NOT_SENT = (  # the more special before the more general
    (NameResolutionError, "the host name could not be resolved"),
    (ProxyError, "the proxy could not be reached"),  # raised before it is connected to only
    (NewConnectionError, "the connection was refused"),
    (ConnectTimeoutError, "connecting took too long"),
)
_CHARSET = re.compile(r"""charset\s{0,3}=\s{0,3}["']?([\w.:-]{1,40})""", re.IGNORECASE)
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
    """What came back. problem: why the body is not whole; the status counts all the same.

    body: empty where it is not whole. arrived: what came of it all the same.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    problem: str = ""
    arrived: bytes = field(default=b"", repr=False)

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        """The body as text; bytes that are not of its charset are replaced rather than refused."""
        named = _CHARSET.search(self.headers.get("Content-Type", ""))
        with suppress(LookupError, UnicodeError):
            if named and lookup(named[1]).name != "utf-8":
                return self.body.decode(named[1], "replace")
        return self.body.decode("utf-8-sig", "replace")

    def json(self, max_values: int = MAX_VALUES_OF_LIST) -> Any:
        """Return the parsed body. Raises ValueError for all but whole JSON of a sane size."""
        if self.problem:
            raise ValueError(self.problem)
        return parsed(self.text, max_values)

    @property
    def retry_after(self) -> float | None:
        """Seconds that the other side asks to wait, at most MAX_WAIT_SECONDS, or None."""
        value = self.headers.get("Retry-After", "")[:100].strip()
        if _SECONDS.fullmatch(value):
            return min(float(value), MAX_WAIT_SECONDS)
        try:
            date = parsedate_to_datetime(value)
        except (ValueError, TypeError):
            return None
        aware = date if date.tzinfo else date.replace(tzinfo=UTC)
        return min(max((aware - datetime.now(UTC)).total_seconds(), 0.0), MAX_WAIT_SECONDS)


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes = b"",
    timeouts: Timeouts,
    limit: int = MAX_ANSWER_BYTES,
    fresh: bool = False,
    session: requests.Session | None = None,
) -> Answer:
    """Send one request, once, and read its answer. Raises TransportError when none came.

    session: for this one call, and closed by it.

    fresh: use a new connection. An idle one may have been closed by the other side a moment ago,
    which shows only after the bytes were written: for a submission that costs money the outcome
    would then be unknown for no reason.
    """
    deadline = time.monotonic() + timeouts.total
    with (
        session or (new_session() if fresh else nullcontext(thread_session())) as used,
        begin(used, method, url, headers, body, timeouts, deadline) as response,
    ):
        received, problem = read_whole(response, deadline, limit)
    return answer_of(response.status_code, response.headers, received, problem)


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


def answer_of(status: int, headers: Mapping[str, str], received: bytes, problem: str) -> Answer:
    return Answer(status, headers, b"" if problem else received, problem, received)


def begin(
    session: requests.Session,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    timeouts: Timeouts,
    deadline: float,
) -> requests.Response:
    """Send one request; return what answers once its status is here. Raises TransportError."""
    request = _prepare(session, method, url, headers, Body(body, deadline) if body else None)
    begin_call(deadline)
    try:
        return session.send(
            request,
            timeout=(timeouts.connect, timeouts.read),
            stream=True,
            allow_redirects=False,
            proxies=network.current().proxies_for(url),
        )
    except (OSError, HTTPError) as error:  # RequestException is an OSError
        raise _transport_error(error) from None


def _prepare(
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


def _transport_error(error: Exception) -> TransportError:
    """Judge by the innermost reason: requests wraps what urllib3 wraps."""
    inner = error.args[0] if error.args else None
    reason = getattr(inner, "reason", inner)
    if isinstance(reason, ProxyError) and isinstance(reason.original_error, HandshakeError):
        reason = reason.original_error
    if isinstance(reason, HandshakeError):
        return TransportError(f"no secure connection: {reason._message}", maybe_sent=False)
    for kind, words in _NOT_SENT:
        if isinstance(reason, kind):
            return TransportError(words, maybe_sent=False)
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema):
        return TransportError("the address is not one of HTTP", maybe_sent=False)
    if isinstance(error, requests.Timeout):
        return TransportError("no answer came in time", maybe_sent=True)
    return TransportError("the connection broke before an answer came", maybe_sent=True)


def read_whole(response: requests.Response, deadline: float, limit: int) -> tuple[bytes, str]:
    """Return what came of the body, at most `limit`, and why it is not whole, or nothing."""
    received = bytearray()
    try:
        # read1 returns what has arrived; read() would wait for a whole chunk while it drips.
        while piece := response.raw.read1(_CHUNK, decode_content=True):
            received += piece
            if len(received) > limit:
                return bytes(received[:limit]), f"the answer is longer than {limit} bytes"
            if time.monotonic() > deadline:
                return bytes(received), "the answer took too long"
    except (OSError, HTTPError):
        late = time.monotonic() > deadline
        broke = "the connection broke in the middle of the answer"
        return bytes(received), "the answer took too long" if late else broke
    return bytes(received), ""
