"""Pages that wait for a run, as their polls."""

from __future__ import annotations

import re
import socket
from contextlib import closing
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import requests

from tests.many.pressing import FLASH, Presser, addresses
from tests.patience import PATIENCE_SECONDS
from tests.servers.processes import until

if TYPE_CHECKING:
    from tests.fakes.wavespeed import FakeWaveSpeed


class WaitingPage:
    """The poll of a page, each of a browser of its own."""

    def __init__(self, url: str, path: str, number: int) -> None:
        self.connection = socket.create_connection(("127.0.0.1", urlsplit(url).port or 80))
        self.connection.settimeout(PATIENCE_SECONDS)
        lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "HX-Request: true"]
        lines += [f"Cookie: csrftoken={number:032d}", "", ""]
        self.connection.sendall("\r\n".join(lines).encode())

    def status(self) -> int:
        with self.connection:
            return int(self.connection.recv(65536).split(b" ", 2)[1])


def started(url: str, fake: FakeWaveSpeed, model: str = FLASH, prompt: str = "Which?") -> str:
    """Start a run, wait until it is with the provider, and return its page's poll."""
    before = len(fake.submissions)
    with closing(Presser([url], model=model)) as presser:
        (address,) = addresses(presser.press([prompt])).values()
    until(lambda: len(fake.submissions) > before, "the run is with the provider")

    def poll() -> re.Match[str] | None:
        page = requests.get(url + address, timeout=PATIENCE_SECONDS).text
        return re.search(r'hx-get="([^"]*/status/[^"]*)"', page) if "Running" in page else None

    until(poll, "its page waits")
    found = poll()
    assert found
    return unescape(found[1])
