"""Submissions that surely never left: trying again cannot cost twice."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import pytest

from playground.providers.base import ErrorKind, ProviderError
from tests.providers.conftest import HASTY, client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fakes.wavespeed import FakeWaveSpeed


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        yield listener


def submit_to(url: str, body: dict[str, Any]) -> ErrorKind:
    with pytest.raises(ProviderError) as caught:
        client(url, HASTY).submit(body)
    return caught.value.kind


def test_a_refused_connection_is_not_sent(listener: socket.socket, body: dict[str, Any]) -> None:
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    assert submit_to(url, body) is ErrorKind.NOT_SENT


def test_a_name_that_is_not_resolved_is_not_sent(
    body: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert submit_to("https://nowhere.invalid", body) is ErrorKind.NOT_SENT


def test_a_connection_that_takes_too_long_is_not_sent(
    listener: socket.socket, body: dict[str, Any]
) -> None:
    listener.listen(0)
    with socket.create_connection(listener.getsockname()):  # fills the queue of the kernel
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        assert submit_to(url, body) is ErrorKind.NOT_SENT


def test_a_tls_handshake_that_fails_is_not_sent(fake: FakeWaveSpeed, body: dict[str, Any]) -> None:
    assert submit_to(fake.url.replace("http", "https"), body) is ErrorKind.NOT_SENT


def test_a_tls_handshake_that_is_not_answered_is_not_sent(
    listener: socket.socket, body: dict[str, Any]
) -> None:
    listener.listen()
    url = f"https://127.0.0.1:{listener.getsockname()[1]}"
    assert submit_to(url, body) is ErrorKind.NOT_SENT


@pytest.mark.parametrize("url", ["nonsense", "ftp://127.0.0.1", "http://", "http://[::1"])
def test_an_address_that_is_none_is_not_sent(body: dict[str, Any], url: str) -> None:
    assert submit_to(url, body) is ErrorKind.NOT_SENT
