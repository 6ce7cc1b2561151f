"""Bodies that are too large or that break off never become a run."""

from __future__ import annotations

import contextlib
import io
import re
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import requests

from playground.web.request_bodies import MAX_BODY_BYTES, CountedBody
from tests.conftest import png
from tests.patience import PATIENCE_SECONDS
from tests.product import Server, serve, stop

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.processes
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


def raw_press(
    server: Server,
    keep: int | None = None,
    *,
    counted: bool = False,
    more: bytes = b"",
    **headers: str,
) -> bytes:
    """Post the form over a bare socket; `keep` cuts so many bytes off its end.

    counted: by something on the way, which gives the length of what it passes on.
    """
    token = requests.get(server.url, timeout=PATIENCE_SECONDS).cookies["csrftoken"]
    body = multipart(token) + more
    body = body[:keep] if counted else body
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
        sent = body if counted else body[:keep]
        s.sendall(f"POST /runs/ HTTP/1.1\r\n{head}\r\n".encode() + sent)
        s.shutdown(socket.SHUT_WR)
        answer = b""
        while data := s.recv(65536):
            answer += data
    return answer


def raw(server: Server, *pieces: bytes) -> bytes:
    """Send bytes as they are, as many as are taken; returns what came back."""
    host, port = str(urlsplit(server.url).hostname), int(urlsplit(server.url).port or 0)
    answer = b""
    with socket.create_connection((host, port)) as s, contextlib.suppress(OSError):
        s.settimeout(10)
        with contextlib.suppress(OSError):
            for piece in pieces:
                s.sendall(piece)
        while data := s.recv(65536):
            answer += data
    return answer


def head(server: Server, line: str, *headers: str) -> bytes:
    lines = [f"{line} HTTP/1.1", f"Host: {urlsplit(server.url).netloc}", "Connection: close"]
    return "\r\n".join([*lines, *headers, "", ""]).encode("latin-1")


def form_head(server: Server, length: int, kind: str, path: str = "/runs/") -> bytes:
    token = requests.get(server.url, timeout=PATIENCE_SECONDS).cookies["csrftoken"]
    given = (f"Cookie: csrftoken={token}", f"X-CSRFToken: {token}", f"Content-Type: {kind}")
    return head(server, f"POST {path}", *given, f"Content-Length: {length}")


def runs(server: Server) -> int:
    return requests.get(f"{server.url}/runs/", timeout=PATIENCE_SECONDS).text.count('class="row"')


def test_a_whole_form_is_a_run_with_its_picture(server: Server) -> None:
    before = runs(server)
    answer = raw_press(server)
    assert answer.startswith(b"HTTP/1.1 303")
    address = re.search(rb"Location: (\S+)", answer)
    assert address
    page = requests.get(server.url + address[1].decode(), timeout=PATIENCE_SECONDS).text
    assert (runs(server) - before, "300×300 PNG" in page) == (1, True)


@pytest.mark.parametrize("missing", [4, 40, 400])
def test_a_form_that_breaks_off_is_no_run(server: Server, missing: int) -> None:
    before = runs(server)
    answer = raw_press(server, keep=-missing)
    assert answer.startswith(b"HTTP/1.1 400") or answer == b""
    assert runs(server) == before


@pytest.mark.parametrize("missing", [3, 4, 5, 17, 18, 19, 60, 400])
def test_a_form_that_was_cut_and_counted_anew_is_no_run(server: Server, missing: int) -> None:
    before = runs(server)
    answer = raw_press(server, keep=-missing, counted=True)
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"The upload broke off" in answer
    assert b'value="Cut?"' in answer  # what was typed
    assert runs(server) == before


def test_what_is_kept_of_a_cut_form_goes_back_to_the_composer(server: Server) -> None:
    before = runs(server)
    page = raw_press(server, keep=-40, counted=True).decode()
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    cookies = {"csrftoken": fields["csrfmiddlewaretoken"]}
    url = f"{server.url}/runs/"
    answer = requests.post(url, fields, cookies=cookies, timeout=PATIENCE_SECONDS)
    assert (answer.status_code, "Cut?</textarea>" in answer.text) == (200, True)
    assert runs(server) == before


def test_htmx_is_told_in_a_sentence_that_the_form_was_cut(server: Server) -> None:
    answer = raw_press(server, keep=-40, counted=True, **{"HX-Request": "true"})
    assert b"The upload broke off before its end. Nothing was sent." in answer
    assert b"<html" not in answer


ODD = {
    "no line end": {"keep": -2, "counted": True},
    "an epilogue": {"more": b"an epilogue\r\n"},
    "a long epilogue": {"more": b"x" * 900},
    "a quoted boundary": {"Content-Type": f'multipart/form-data; boundary="{BOUNDARY}"'},
    "a parameter behind": {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}; a=b"},
    "large letters": {"Content-Type": f"multipart/form-data; Boundary={BOUNDARY}"},
}


@pytest.mark.parametrize("name", ODD)
def test_a_whole_form_of_an_odd_kind_is_a_run(server: Server, name: str) -> None:
    assert raw_press(server, **ODD[name]).startswith(b"HTTP/1.1 303")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "path", ["/images/", "/presets/", "/api/runs/", "/theme/", "/runs/selected/"]
)
def test_whatever_takes_files_refuses_what_was_cut(server: Server, path: str) -> None:
    token = requests.get(server.url, timeout=PATIENCE_SECONDS).cookies["csrftoken"]
    body = multipart(token)[:-30]
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    answer = raw(server, form_head(server, len(body), kind, path), body)
    assert answer[9:12] in {b"400", b"401"}


@pytest.mark.parametrize("size", [1, 7, 100, 65536])
def test_the_end_is_seen_wherever_the_reading_splits_it(size: int) -> None:
    body = multipart("t")
    for cut in range(len(body) // 2):
        whole = body[: len(body) - cut]
        if size > 1 or cut < 100:
            assert read(whole, size) is (cut <= 2)


def read(body: bytes, size: int) -> bool:
    counted = CountedBody(io.BytesIO(body), f"--{BOUNDARY}--".encode())
    while counted.read(size):
        pass
    return counted.is_closed


def test_a_gigabyte_is_refused_before_it_is_read(server: Server) -> None:
    answer = raw_press(server, keep=100, **{"Content-Length": str(2**30)})
    assert answer.startswith(b"HTTP/1.1 413")


def test_a_body_of_unknown_length_is_refused(server: Server) -> None:
    chunked = {"Transfer-Encoding": "chunked", "Content-Length": ""}
    answer = raw_press(server, keep=0, **chunked)
    assert answer.startswith((b"HTTP/1.1 411", b"HTTP/1.1 400"))


@pytest.mark.parametrize(
    "line", ["POST /runs/", "POST /images/", "POST /theme/", "POST /api/runs/", "PUT /", "GET /"]
)
def test_a_hundred_megabytes_in_pieces_are_not_read(server: Server, line: str) -> None:
    piece = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    answer = raw(server, head(server, line, "Transfer-Encoding: chunked"), *[piece] * 100)
    assert answer.startswith((b"HTTP/1.1 411", b"HTTP/1.1 405")) or answer == b""


SMUGGLED = [
    ("Transfer-Encoding: chunked", "Content-Length: 5"),
    ("Transfer-Encoding: xchunked",),
    ("Transfer-Encoding: chunked, identity",),
    ("Content-Length: 5", "Content-Length: 6"),
    ("Content-Length: -5",),
    ("Content-Length: +5",),
    ("Content-Length: 5, 5",),
    ("Content-Length: \xb2",),
    ("Content-Length : 5",),
]


@pytest.mark.parametrize("headers", SMUGGLED, ids=" and ".join)
def test_a_length_that_can_be_read_in_two_ways_is_refused(
    server: Server, headers: tuple[str, ...]
) -> None:
    answer = raw(server, head(server, "POST /theme/", *headers), b"0\r\n\r\nGET / HTTP/1.1\r\n\r\n")
    assert answer[9:12] in {b"400", b"501"}
    assert answer.count(b"HTTP/1.1") == 1


OVERLONG = {
    "line": ("GET /?q=" + "a" * 8200, ()),
    "header": ("GET /", ("X-A: " + "a" * 9000,)),
    "headers": ("GET /", tuple(f"X-{n}: a" for n in range(200))),
    "method": ("A" * 40 + " /", ()),
    "bytes": ("GET /\xff\xfe", ()),
    "second host": ("GET /", ("Host: evil.example",)),
    "NUL": ("GET /", ("X-A: a\x00b",)),
    "folded": ("GET /", ("X-A: a", " b: c")),
}


@pytest.mark.parametrize("name", OVERLONG)
def test_a_head_that_is_too_long_or_odd_is_refused(server: Server, name: str) -> None:
    line, headers = OVERLONG[name]
    answer = raw(server, head(server, line, *headers))
    assert answer[9:10] == b"4"
    assert b"Traceback" not in answer


def test_a_long_address_is_taken(server: Server) -> None:
    assert raw(server, head(server, "GET /?prompt=" + "a" * 8000)).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("name", ["SCRIPT_NAME", "PATH_INFO", "REMOTE_ADDR", "REMOTE_USER"])
def test_no_header_says_where_a_request_goes(server: Server, name: str) -> None:
    answer = raw(server, head(server, "GET /healthz", f"{name}: /settings"))
    assert b'"database": "ok"' in answer


POLL = "/runs/00000000-0000-0000-0000-000000000000/status/"
FORM = "application/x-www-form-urlencoded"
PART = b'--b\r\nContent-Disposition: form-data; name="a%d"%s\r\n\r\nx\r\n'
FORMS = {
    "10,000 fields": (FORM, b"&".join(b"a%d=1" % n for n in range(10_000))),
    "a million separators": (FORM, b"&" * 1_000_000),
    "a field of 9 MB": (FORM, b"prompt=" + b"a" * 9_000_000),
    "another alphabet": (FORM + "; charset=utf-7", b"prompt=+ADw-"),
    "an alphabet that is none": (FORM + "; charset=nonsense", b"prompt=a"),
    "no boundary": ("multipart/form-data", b"x"),
    "a long boundary": ("multipart/form-data; boundary=" + "a" * 5000, b"x"),
    "5,000 parts": (
        "multipart/form-data; boundary=b",
        b"".join(PART % (n, b"") for n in range(5000)),
    ),
    "500 files": (
        "multipart/form-data; boundary=b",
        b"".join(PART % (n, b'; filename="a.png"') for n in range(500)),
    ),
    "a name of 2 MB": (
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="' + b"a" * 2_000_000 + b'"\r\n\r\nx\r\n',
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_that_is_too_much_is_refused_with_a_page(server: Server, name: str) -> None:
    kind, body = FORMS[name]
    body += b"--b--\r\n" if kind.startswith("multipart") else b""
    before = runs(server)
    answer = raw(server, form_head(server, len(body), kind), body)
    assert answer.startswith(b"HTTP/1.1 400")
    assert (b"Vision Playground" in answer, b"Traceback" in answer) == (True, False)
    assert runs(server) == before


@pytest.mark.parametrize("charset", ["zlib", "idna", "punycode", "undefined", "utf-7", "x" * 900])
@pytest.mark.parametrize("path", ["/", "/s/x/", "/runs/", "/api/runs/", POLL])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_alphabet_that_is_none_of_text_is_refused(
    server: Server, method: str, path: str, charset: str
) -> None:
    kind = f"Content-Type: text/plain; charset={charset}"
    answer = raw(server, head(server, f"{method} {path}?seen=%ff", kind, "Content-Length: 0"))
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"X-Request-ID" in answer  # the playground's own answer


@pytest.mark.parametrize("body", [b'{"a":' * 200_000, b"[" * 200_000 + b"]" * 200_000])
@pytest.mark.parametrize("path", ["/api/runs/", "/runs/", "/theme/"])
def test_deep_json_breaks_nothing(server: Server, path: str, body: bytes) -> None:
    answer = raw(server, form_head(server, len(body), "application/json", path), body)
    assert answer[9:10] in {b"3", b"4"}
    assert server.json("/healthz")["worker"] == "ok"


def test_who_sends_a_little_too_much_is_told_so(server: Server) -> None:
    token = requests.get(server.url, timeout=PATIENCE_SECONDS).cookies["csrftoken"]
    files = {"images": ("large.png", b"x" * (MAX_BODY_BYTES + 2 * 1024 * 1024), "image/png")}
    fields = {"csrfmiddlewaretoken": token}
    answer = requests.post(f"{server.url}/runs/", fields, files=files, timeout=PATIENCE_SECONDS)
    assert (answer.status_code, "Vision Playground" in answer.text) == (413, True)
