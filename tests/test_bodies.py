"""Bodies that are too large or that break off never become a run."""

from __future__ import annotations

import re
import socket
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import requests

from playground.bodies import LONGEST_BODY
from tests.conftest import png
from tests.product import Server, serve, stop

if TYPE_CHECKING:
    from collections.abc import Iterator

BOUNDARY = "frontier"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = serve(tmp_path_factory.mktemp("data"))
    yield server
    stop(server)


def multipart(token: str) -> bytes:
    fields = {"csrfmiddlewaretoken": token, "prompt": "Cut?", "models": "openai/gpt-4o"}
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = 'Content-Disposition: form-data; name="images"; filename="a.png"'
    kind = "Content-Type: image/png"
    picture = f"--{BOUNDARY}\r\n{head}\r\n{kind}\r\n\r\n".encode() + png(size=(300, 300))
    return b"".join(parts) + picture + f"\r\n--{BOUNDARY}--\r\n".encode()


def raw_press(server: Server, keep: int | None = None, **headers: str) -> bytes:
    """Post the form over a bare socket; `keep` cuts so many bytes off its end."""
    token = requests.get(server.url, timeout=10).cookies["csrftoken"]
    body = multipart(token)
    lines = {
        "Host": urlsplit(server.url).netloc,
        "Cookie": f"csrftoken={token}",
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        "Content-Length": str(len(body)),
        "Connection": "close",
    } | headers
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
    with socket.create_connection((urlsplit(server.url).hostname, urlsplit(server.url).port)) as s:
        s.settimeout(10)
        s.sendall(f"POST /runs/ HTTP/1.1\r\n{head}\r\n".encode() + body[:keep])
        s.shutdown(socket.SHUT_WR)
        answer = b""
        while data := s.recv(65536):
            answer += data
    return answer


def runs(server: Server) -> int:
    return requests.get(f"{server.url}/runs/", timeout=10).text.count('class="row"')


def test_a_whole_form_is_a_run_with_its_picture(server: Server) -> None:
    before = runs(server)
    answer = raw_press(server)
    assert answer.startswith(b"HTTP/1.1 303")
    address = re.search(rb"Location: (\S+)", answer)
    assert address
    page = requests.get(server.url + address[1].decode(), timeout=10).text
    assert (runs(server) - before, "300×300 PNG" in page) == (1, True)


@pytest.mark.parametrize("missing", [4, 40, 400])
def test_a_form_that_breaks_off_is_no_run(server: Server, missing: int) -> None:
    before = runs(server)
    answer = raw_press(server, keep=-missing)
    assert answer.startswith(b"HTTP/1.1 400") or answer == b""
    assert runs(server) == before


def test_a_gigabyte_is_refused_before_it_is_read(server: Server) -> None:
    started = time.monotonic()
    answer = raw_press(server, keep=100, **{"Content-Length": str(2**30)})
    assert answer.startswith(b"HTTP/1.1 413")
    assert time.monotonic() - started < 2


def test_a_body_of_unknown_length_is_refused(server: Server) -> None:
    chunked = {"Transfer-Encoding": "chunked", "Content-Length": ""}
    answer = raw_press(server, keep=0, **chunked)
    assert answer.startswith((b"HTTP/1.1 411", b"HTTP/1.1 400"))


def test_who_sends_a_little_too_much_is_told_so(server: Server) -> None:
    token = requests.get(server.url, timeout=10).cookies["csrftoken"]
    files = {"images": ("large.png", b"x" * (LONGEST_BODY + 2 * 1024 * 1024), "image/png")}
    fields = {"csrfmiddlewaretoken": token}
    answer = requests.post(f"{server.url}/runs/", fields, files=files, timeout=20)
    assert (answer.status_code, "Vision Playground" in answer.text) == (413, True)
