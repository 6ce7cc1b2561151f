"""The one guarded fetch: what it takes, what it refuses, and that no connection is made then."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
import time
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from playground.images import safe_fetch
from playground.images.safe_fetch import FetchRefused, Rules, fetch
from playground.providers.transport import public
from playground.providers.transport.public import is_public
from tests.conftest import png

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Answer = "Callable[[BaseHTTPRequestHandler], None]"


class Host:
    """A web server on loopback whose answers a test chooses by path; counts its connections."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        self.connections = 0
        host = self

        class Handler(BaseHTTPRequestHandler):
            def setup(self) -> None:
                host.connections += 1
                super().setup()

            def do_GET(self) -> None:
                host.answers[self.path](self)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def host() -> Iterator[Host]:
    host = Host()
    yield host
    host.close()


def allowing(host: Host, most_bytes: int = 10_000) -> Rules:
    return Rules(most_bytes, frozenset({host.port}), private_networks=True)


def guarded(host: Host) -> Rules:
    return Rules(10_000, frozenset({host.port}))


def answer(
    body: bytes = b"",
    status: int = 200,
    length: int | None = None,
    *,
    bare: bool = False,
    **headers: str,
) -> Callable[[BaseHTTPRequestHandler], None]:
    def give(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body) if length is None else length))
        usual = {} if bare else {"Content_Type": "image/png"}
        for name, value in (usual | headers).items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return give


def test_an_image_is_fetched_as_it_is(host: Host) -> None:
    host.answers["/a.png"] = answer(png())
    assert fetch(f"{host.url}/a.png", allowing(host)) == png()


def test_three_redirects_are_followed_and_four_are_not(host: Host) -> None:
    for n in range(5):
        host.answers[f"/{n}"] = answer(status=302, Location=f"/{n + 1}")
    host.answers["/5"] = answer(png())
    assert fetch(f"{host.url}/2", allowing(host)) == png()
    with pytest.raises(FetchRefused):
        fetch(f"{host.url}/1", allowing(host))


SAME_WORDS = {
    "a redirect to a file": answer(status=302, Location="file:///etc/passwd"),
    "a redirect to another port": answer(status=302, Location="http://127.0.0.1:1/"),
    "a redirect to nonsense": answer(status=302, Location="http://[::1"),
}


@pytest.mark.parametrize("what", SAME_WORDS)
def test_what_may_not_be_asked_is_refused_with_the_same_words(host: Host, what: str) -> None:
    host.answers["/"] = SAME_WORDS[what]
    with pytest.raises(FetchRefused) as refusal:
        fetch(f"{host.url}/", allowing(host))
    assert (str(refusal.value), refusal.value.came) == (safe_fetch.REFUSAL, "")


CAME = {
    "a page": (answer(b"<!DOCTYPE html>", Content_Type="text/html"), "a web page (text/html) came"),
    "a page as an image": (answer(b"<html>"), "a web page (image/png) came"),
    "a text": (answer(b"Not here", Content_Type="text/plain"), "a text (text/plain) came"),
    "JSON": (answer(b'{"a": 1}', Content_Type="application/json"), "JSON (application/json) came"),
    "nothing": (answer(b""), "nothing (image/png) came"),
    "bytes": (answer(bytes(9), Content_Type="<b>"), "bytes that are no image came"),
    "an SVG": (answer(b"<svg xmlns=''/>", Content_Type="image/svg+xml"), "an SVG drawing (image"),
    "a compressed body": (answer(b"\x8b\x02", Content_Encoding="br"), "a compressed answer, which"),
    "a page without a head": (answer(b"\xef\xbb\xbf<p>No"), "a web page (image/png) came"),
    "a page of XML": (answer(b"<?xml version='1.0'?>\n<!DOCTYPE html>\n<html>"), "a web page"),
    "an error of XML": (
        answer(b"<Error><Code>AccessDenied</Code></Error>"),
        "XML (image/png) came",
    ),
    "an icon": (answer(bytes((0, 0, 1, 0, 1, 0))), "a picture of a rare kind (image/png) came"),
    "a text about cars": (answer(b"BMW and other cars that are made"), "a text (image/png) came"),
    "a bomb": (answer(gzip.compress(png() + bytes(2**21)), Content_Encoding="gzip"), "more than 1"),
    "not found": (answer(png(), 404), "HTTP 404 came"),
    "too many bytes": (answer(png() + bytes(2**20)), "more than 1 MB came"),
    "a body that is cut off": (answer(png(), length=5000), "broke off after"),
}


@pytest.mark.parametrize("what", CAME)
def test_a_refusal_says_what_came_instead(host: Host, what: str) -> None:
    host.answers["/"], words = CAME[what]
    with pytest.raises(FetchRefused) as refusal:
        fetch(f"{host.url}/", allowing(host, 2**20))
    assert words in refusal.value.came


@pytest.mark.parametrize("kind", [None, "", "text/plain", "text/html", "application/x-unknown"])
def test_the_bytes_decide_whatever_the_answer_calls_them(host: Host, kind: str | None) -> None:
    named = {} if kind is None else {"Content_Type": kind}
    host.answers["/a"] = answer(png(), bare=True, **named)
    assert fetch(f"{host.url}/a", allowing(host)) == png()


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "deflate", "none", "aws-chunked"])
def test_an_image_is_unpacked_if_it_is_packed_at_all(host: Host, encoding: str) -> None:
    packed = {"gzip": gzip.compress, "deflate": zlib.compress}.get(encoding, bytes)(png())
    host.answers["/a"] = answer(packed, Content_Encoding=encoding)
    assert fetch(f"{host.url}/a", allowing(host)) == png()


def test_a_redirect_to_an_address_in_utf8_is_followed(host: Host) -> None:
    host.answers["/%E5%9B%BE%201.png"] = answer(png())
    host.answers["/"] = answer(status=302, Location="/图 1.png".encode().decode("latin-1"))
    assert fetch(f"{host.url}/", allowing(host)) == png()


def test_what_is_no_image_is_left_before_all_of_it_came(host: Host) -> None:
    host.answers["/"] = answer(b"<html>" * 1000, length=10**6)
    with pytest.raises(FetchRefused) as refusal:
        fetch(f"{host.url}/", allowing(host, 2**20))
    assert "a web page" in refusal.value.came


def spellings(port: int) -> list[str]:
    hosts = "127.0.0.1 localhost 2130706433 0x7f000001 0177.0.0.1 127.1 [::1] [::ffff:127.0.0.1]"
    hosts += " [::127.0.0.1] [64:ff9b::7f00:1] 0.0.0.0 [::]"
    return [f"http://{host}:{port}/" for host in hosts.split()]


@pytest.mark.parametrize("number", range(12))
def test_loopback_is_refused_in_every_spelling_and_not_connected_to(
    host: Host, number: int
) -> None:
    host.answers["/"] = answer(png())
    with pytest.raises(FetchRefused):
        fetch(spellings(host.port)[number], guarded(host))
    assert host.connections == 0


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/a.png",
        "http://example.org:22/a.png",
        "http://user:password@example.org/a.png",
        "http://example.org:99999/",
        "http:///a.png",
        "//example.org/a.png",
    ],
)
def test_other_schemes_ports_and_passwords_are_refused(url: str) -> None:
    with pytest.raises(FetchRefused):
        fetch(url, Rules(10_000))


PRIVATE = "10.0.0.1 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 192.0.0.1 224.0.0.1"
PRIVATE += " 168.63.129.16 192.88.99.1 0.0.0.0 255.255.255.255 240.0.0.1 198.18.0.1 fc00::1"
PRIVATE += " fe80::1 fec0::1 ::127.0.0.1 ::ffff:0:7f00:1 64:ff9b::a00:1 2002:7f00:1:: 2001::1"
PRIVATE += " ff02::1 2001:db8::1 3fff::1 ::"


@pytest.mark.parametrize("address", PRIVATE.split())
def test_an_address_that_is_not_global_unicast_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "1.1.1.1", "2606:4700::1111"])
def test_a_global_address_is_public(address: str) -> None:
    assert is_public(address)


def test_a_redirect_from_a_public_name_to_loopback_is_not_followed(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    host.answers["/"] = answer(status=302, Location=f"{host.url}/inside")
    # Only the first hop may pass: as if a public server had answered it.
    seen: list[str] = []

    def first_only(address: str) -> bool:
        seen.append(address)
        return len(seen) == 1

    monkeypatch.setattr(public, "is_public", first_only)
    monkeypatch.setattr("ipaddress.IPv4Address.is_private", False)
    with pytest.raises(FetchRefused):
        fetch(f"{host.url}/", guarded(host))
    assert (host.connections, seen) == (1, ["127.0.0.1", "127.0.0.1"])


def test_a_name_that_resolves_to_loopback_at_the_second_look_is_not_connected_to(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The address that is checked is the one that is connected to: there is no second look.
    looks: list[object] = []
    real = socket.getaddrinfo

    def rebinding(name: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        if name != "rebind.example":
            return real(name, port, *args, **kwargs)
        looks.append(name)
        chosen = "192.0.2.1" if len(looks) == 1 else "127.0.0.1"
        return real(chosen, port, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    with pytest.raises(FetchRefused):
        fetch(f"http://rebind.example:{host.port}/", guarded(host))
    assert (host.connections, len(looks)) == (0, 1)


def test_a_server_that_drips_is_left_after_the_deadline(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        answer(length=1000)(handler)
        with contextlib.suppress(OSError):  # the other side has left
            for _ in range(1000):
                handler.wfile.write(b"x")
                time.sleep(0.01)

    host.answers["/"] = drip
    monkeypatch.setattr(safe_fetch, "TIMEOUT_SECONDS", 0.5)
    with pytest.raises(FetchRefused):
        fetch(f"{host.url}/", allowing(host))


def test_the_environment_cannot_send_it_through_a_proxy(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    host.answers["/a.png"] = answer(png())
    assert fetch(f"{host.url}/a.png", allowing(host)) == png()
