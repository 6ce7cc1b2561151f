"""TLS: one context for the process, certificates that are demanded, and nothing sent without."""

from __future__ import annotations

import functools
import shutil
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from playground.providers import transport
from playground.providers.transport import Answer, TransportError, sessions
from tests.providers.conftest import HASTY, PATIENT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def get(url: str, *, fresh: bool = False) -> Answer:
    return transport.send("GET", url, headers={}, timeouts=PATIENT, fresh=fresh)


def failure(url: str) -> TransportError:
    with pytest.raises(TransportError) as caught:
        transport.send("POST", url, headers={}, body=b"{}", timeouts=HASTY)
    return caught.value


class _Counting(ssl.SSLContext):
    """Counts how often authorities are read."""

    loads = 0

    def load_verify_locations(
        self, cafile: Any = None, capath: Any = None, cadata: Any = None
    ) -> None:
        self.loads += 1
        super().load_verify_locations(cafile, capath, cadata)


class _Hello(BaseHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost that nobody vouches for, with its key, in one file."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.fail("The openssl command is missing. Install it: apt-get install openssl")
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc"]
    name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,DNS:models.example"]
    where = ["-keyout", str(path), "-out", str(path)]
    subprocess.run([openssl, "req", *kind, *name, *where], check=True, capture_output=True)
    return path


@pytest.fixture
def secure_port(certificate: Path) -> Iterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with HTTPServer(("127.0.0.1", 0), _Hello) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[_Counting]:
    """The one context of this process, which trusts the certificate for this test."""
    context = _Counting(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(str(certificate))
    monkeypatch.setattr(sessions, "_load_tls_context", lambda: context)
    yield context
    transport.close()


@pytest.mark.usefixtures("trusted")
def test_a_certificate_that_is_vouched_for_is_accepted(secure_port: int) -> None:
    assert get(f"https://localhost:{secure_port}/").json() == {}


def test_a_new_connection_does_not_read_the_authorities_again(
    secure_port: int, trusted: _Counting
) -> None:
    for _ in range(3):
        get(f"https://localhost:{secure_port}/", fresh=True)
    assert trusted.loads == 1


@pytest.mark.usefixtures("trusted")
def test_a_certificate_for_another_host_is_not_accepted(secure_port: int) -> None:
    assert not failure(f"https://127.0.0.1:{secure_port}/").maybe_sent


def test_a_certificate_nobody_vouches_for_is_not_accepted(secure_port: int) -> None:
    error = failure(f"https://localhost:{secure_port}/")
    assert (error.maybe_sent, error.reason) == (
        False,
        "no secure connection: self-signed certificate",
    )


def test_authorities_of_the_machine_are_trusted(
    secure_port: int, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    load = functools.cache(sessions._load_tls_context.__wrapped__)
    monkeypatch.setattr(sessions, "_load_tls_context", load)
    assert get(f"https://localhost:{secure_port}/").ok
    transport.close()


def test_there_is_one_context_for_all_threads() -> None:
    found: list[ssl.SSLContext] = []
    threads = [
        threading.Thread(target=lambda: found.append(transport.tls_context())) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, found))) == 1
