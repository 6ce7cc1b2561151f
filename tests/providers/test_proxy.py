"""A proxy before providers: used where it is set, never for this machine, told when it fails."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import ImproperlyConfigured

from playground.config import environment
from playground.config.network import network as network_of_settings
from playground.providers import network, transport
from playground.providers.endpoint import Server
from playground.providers.network import Network
from playground.providers.openai.provider import OpenAI
from playground.providers.transport import Answer, TransportError
from tests.providers.conftest import PATIENT
from tests.providers.test_contract import picture
from tests.providers.test_transport_tls import certificate, secure_port, trusted

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["certificate", "secure_port", "trusted"]
HOST = "models.example"


class Proxy(ThreadingHTTPServer):
    """Answers plain requests itself and leads every tunnel to one port of this machine."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[str] = []
        self.leads_to = 0
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    server: Proxy

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def do_CONNECT(self) -> None:
        self.server.asked.append(f"{self.path} {self.headers.get('Proxy-Authorization', '')}")
        if not self.server.leads_to:
            self.send_error(407)
            return
        self.send_response(200)
        self.end_headers()
        with socket.create_connection(("127.0.0.1", self.server.leads_to)) as other:
            back = threading.Thread(target=_pass_on, args=(other, self.connection))
            back.start()
            _pass_on(self.connection, other)
            back.join()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    """Until one of the two is done. Either may hang up first, in the middle of anything."""
    with suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with Proxy() as proxy:
        yield proxy
        proxy.shutdown()
    network.use(Network())
    transport.close()


def get(url: str) -> Answer:
    return transport.send("GET", url, headers={}, timeouts=PATIENT)


def test_a_plain_address_is_asked_through_it(proxy: Proxy) -> None:
    network.use(Network(http=proxy.url))
    assert get(f"http://{HOST}/v1/models").json() == {}
    assert proxy.asked == [f"http://{HOST}/v1/models"]


@pytest.mark.usefixtures("trusted")
def test_a_secure_address_is_asked_through_a_tunnel(proxy: Proxy, secure_port: int) -> None:
    proxy.leads_to = secure_port
    network.use(Network(https=proxy.url.replace("//", "//me:pass@")))
    assert get(f"https://{HOST}/v1/models").json() == {}
    assert proxy.asked == [f"{HOST}:443 Basic bWU6cGFzcw=="]


@pytest.mark.usefixtures("trusted")
def test_a_stream_goes_through_it_too(proxy: Proxy, secure_port: int) -> None:
    proxy.leads_to = secure_port
    network.use(Network(https=proxy.url))
    url = f"https://{HOST}/v1/chat/completions"
    with transport.open_stream("POST", url, headers={}, body=b"{}", timeouts=PATIENT) as stream:
        stream.whole()
    assert proxy.asked == [f"{HOST}:443 "]


def test_this_machine_needs_none(proxy: Proxy) -> None:
    network.use(Network(http="http://127.0.0.1:1"))
    assert get(f"http://localhost:{proxy.server_port}/").json() == {}
    assert proxy.asked == ["/"]


def test_a_proxy_that_refuses_or_is_not_there_says_so_and_nothing_was_sent(proxy: Proxy) -> None:
    network.use(Network(https=proxy.url))
    with pytest.raises(TransportError, match="the proxy refused it") as refused:
        get(f"https://{HOST}/")
    network.use(Network(https="http://127.0.0.1:1", http="http://127.0.0.1:1"))
    for scheme in ("http", "https"):
        with pytest.raises(TransportError, match="the proxy could not be reached") as away:
            get(f"{scheme}://{HOST}/")
        assert not away.value.maybe_sent
    assert not refused.value.maybe_sent


@pytest.mark.parametrize(
    ("pattern", "url"),
    [
        ("*", "https://a.example/"),
        ("a.example", "https://a.example:8443/"),
        (".example", "https://a.example/"),
        ("*.example", "https://a.example/"),
        ("a.example:8443", "https://a.example:8443/"),
        ("10.0.0.0/8", "https://10.1.2.3/"),
        ("10.1.2.3", "https://10.1.2.3/"),
        ("fd00::/8", "https://[fd00::1]/"),
        ("none", "https://127.0.0.1:1/"),
        ("none", "https://[::1]/"),
        ("none", "https://b.localhost/"),
    ],
)
def test_what_needs_none_is_asked_directly(pattern: str, url: str) -> None:
    assert Network(https="http://p:1", direct=(pattern,)).proxies_for(url) == {}


@pytest.mark.parametrize("pattern", ["xa.example", "a.example:1", "", "10.0.0.0/8", "[", "/"])
def test_all_others_are_asked_through_it(pattern: str) -> None:
    through = Network(https="http://p:1", direct=(pattern,))
    assert through.proxies_for("https://a.example/") == {"https": "http://p:1"}


def test_it_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "proxy.lan:3128")
    monkeypatch.setenv("NO_PROXY", "a.lan, b.lan")
    monkeypatch.setenv("SERVER_TIMEOUT", "900")
    assert network_of_settings() == Network("http://proxy.lan:3128", "", ("a.lan", "b.lan"), 900)


def test_it_may_be_set_in_both_spellings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "proxy.lan")
    network_of_settings()
    environment.refuse_misspelt()


def test_nonsense_is_refused_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "socks5://me:secret@proxy.lan:1080")
    with pytest.raises(ImproperlyConfigured, match="HTTPS_PROXY is") as refused:
        network_of_settings()
    assert "secret" not in str(refused.value)


def test_the_wait_for_a_silent_answer_is_what_was_set() -> None:
    network.use(Network(read_seconds=900))
    waiting = OpenAI(Server("s", "http://a.example/v1"), picture)._streaming
    network.use(Network())
    assert (waiting.read, waiting.total) == (900, 5400)
