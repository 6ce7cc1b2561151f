"""Connections that drip hold no threads of a web process, though no proxy stands before it."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import requests
from django.http import HttpResponse

from playground.operations.slow_connections import HEAD_SECONDS, PIECE_BYTES, in_pieces
from tests import product
from tests.patience import PATIENCE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.processes
THREADS, SLOW = 4, 40
HEAD = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
BODY = b"POST /runs/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\nprompt="


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[product.Server]:
    folder: Path = tmp_path_factory.mktemp("slow")
    started = product.serve(folder, WEB_THREADS=str(THREADS))
    yield started
    product.stop(started)


def connected(server: product.Server, sent: bytes, timeout: float = 30) -> socket.socket:
    address = urlsplit(server.url)
    connection = socket.create_connection((str(address.hostname), address.port or 0), timeout)
    connection.sendall(sent)
    return connection


@pytest.mark.parametrize("sent", [b"", HEAD, BODY % 1000, BODY % 1_000_000])
def test_a_page_is_answered_while_others_drip(server: product.Server, sent: bytes) -> None:
    with ExitStack() as slow:
        for _ in range(SLOW):
            slow.enter_context(connected(server, sent))
        begun = time.monotonic()
        assert requests.get(f"{server.url}/runs/", timeout=PATIENCE_SECONDS).status_code == 200
        assert time.monotonic() - begun < HEAD_SECONDS  # then they are closed


def test_a_head_that_does_not_come_is_not_waited_for(server: product.Server) -> None:
    with connected(server, HEAD) as connection:
        assert connection.recv(100) == b""


def test_a_head_and_a_body_in_pieces_are_a_request(server: product.Server) -> None:
    whole = HEAD.replace(b"GET", b"POST") + b"Content-Length: 3\r\n\r\nabc"
    with connected(server, whole[:20]) as connection:
        for piece in (whole[20:60], whole[60:-1], whole[-1:]):
            time.sleep(0.05)
            connection.sendall(piece)
        assert connection.recv(20).startswith(b"HTTP/1.1 4")


def test_two_requests_at_once_are_two_answers(server: product.Server) -> None:
    with connected(server, (HEAD + b"\r\n") * 2) as connection:
        answers = b""
        while answers.count(b"HTTP/1.1 200") < 2:
            piece = connection.recv(65536)
            assert piece
            answers += piece


def test_a_large_body_is_read_while_small_requests_go_on(server: product.Server) -> None:
    answer = requests.post(f"{server.url}/runs/", data=b"x" * 3_000_000, timeout=PATIENCE_SECONDS)
    assert answer.status_code in {400, 403, 413, 422}


@pytest.mark.django_db  # the end of an answer looks after connections
def test_a_slow_line_has_time_for_each_piece_of_a_long_answer() -> None:
    answer = HttpResponse(b"x" * (2 * PIECE_BYTES + 1))
    pieces = list(in_pieces(answer))
    assert [len(piece) for piece in pieces] == [PIECE_BYTES, PIECE_BYTES, 1]
    assert answer.closed
