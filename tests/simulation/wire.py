"""Answers of HTTP without a socket: bodies piece by piece, and calls that come to nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import requests
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError, ReadTimeoutError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.simulation.clock import Clock


class BrokenBodyError(ProtocolError):
    """The rest of a body does not come."""


class Raw:
    """A body. pieces: bytes, seconds to wait, or an exception."""

    def __init__(self, clock: Clock, pieces: Iterable[bytes | float | Exception]) -> None:
        self._clock, self._pieces = clock, iter(pieces)
        self._closed, self._read = False, 0

    def read1(self, _size: int, *, decode_content: bool = True) -> bytes:
        for piece in self._pieces:
            if isinstance(piece, Exception):
                raise piece
            if isinstance(piece, float):
                self._wait(piece)
                continue
            self._read += len(piece)
            return piece
        return b""

    def _wait(self, seconds: float) -> None:
        end = self._clock.now + seconds
        while self._clock.now < end:  # a call that is ended from outside is noticed soon
            self._clock.pause(min(1.0, end - self._clock.now))
            if self._closed:
                raise BrokenBodyError("shut down")

    def tell(self) -> int:
        return self._read

    def shutdown(self) -> None:
        self._closed = True


class Response:
    """The part of requests.Response that the transport reads."""

    def __init__(self, status: int, headers: dict[str, str], raw: Raw) -> None:
        self.status_code, self.raw = status, raw
        self.headers = CaseInsensitiveDict(headers)

    def __enter__(self) -> Response:
        return self

    def __exit__(self, *_: object) -> None:
        return


def refuse() -> NoReturn:
    """Nobody listens: no byte was sent."""
    error = NewConnectionError(None, "refused")  # type: ignore[arg-type]
    raise requests.ConnectionError(MaxRetryError(None, "/", error))  # type: ignore[arg-type]


def cut() -> NoReturn:
    raise requests.ConnectionError(ProtocolError("the connection broke"))


def time_out(clock: Clock, seconds: float) -> NoReturn:
    clock.pause(seconds)
    raise requests.ReadTimeout("nothing came")


def late_piece() -> Exception:
    return ReadTimeoutError(None, "/", "nothing came")  # type: ignore[arg-type]


def halved(body: bytes) -> Iterator[Any]:
    yield body[: len(body) // 2]
    yield BrokenBodyError("in the middle")
