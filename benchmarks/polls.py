"""What one poll costs beside a bare Django view with one query: python -m benchmarks.polls

Both are served by one gunicorn process of the same settings and asked in turns, so that a busy
machine slows both.
"""

from __future__ import annotations

import argparse
import os
import re
import socket
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from itertools import cycle
from statistics import median
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests

from benchmarks.processes import cpu_seconds, family
from benchmarks.servers import ROOT, bare, playground, provider
from benchmarks.tables import Row, show
from playground.catalog import entries

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.product import Server

CONNECTIONS = 8
EIGHT = tuple(model.id for model in entries.models()[:8])
NAME, PASSWORD = "mira", "four quiet words here"
LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


def ask(connection: socket.socket, request: bytes) -> int:
    """Send a request on a kept connection and read its whole answer; returns the status."""
    connection.sendall(request)
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(65536)
    head, _, body = answer.partition(b"\r\n\r\n")
    length = LENGTH.search(head)
    left = int(length[1]) - len(body) if length else 0
    while left > 0:
        left -= len(connection.recv(65536))
    return int(head.split(b" ", 2)[1])


def per_second(address: str, seconds: float, status: int, cookies: str) -> float:
    """Ask on several kept connections at once, never held; returns the answers a second."""
    return len(latencies([address], seconds, status, cookies)) / seconds


def latencies(
    addresses: Sequence[str],
    seconds: float,
    status: int,
    cookies: str = "",
    connections: int = CONNECTIONS,
) -> list[float]:
    """Ask them in turn on each connection, one after the other; returns what each answer took."""
    host, sent = urlsplit(addresses[0]), [_request(one, cookies) for one in addresses]
    took: list[float] = []

    def work() -> None:
        end = time.monotonic() + seconds
        with closing(socket.create_connection((host.hostname or "", host.port or 80))) as kept:
            for request in cycle(sent):
                began = time.monotonic()
                if began > end:
                    return
                if (got := ask(kept, request)) != status:
                    raise RuntimeError(f"{addresses[0]} and the like answered {got}")
                took.append(time.monotonic() - began)

    with ThreadPoolExecutor(connections) as threads:
        for one in [threads.submit(work) for _ in range(connections)]:
            one.result()
    return took


def _request(address: str, cookies: str) -> bytes:
    parts = urlsplit(address)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    lines = [f"GET {path} HTTP/1.1", f"Host: {parts.netloc}", "Prefer: wait=0"]
    lines += [f"Cookie: {cookies}"] if cookies else []
    return "\r\n".join([*lines, "", ""]).encode()


@dataclass
class Person:
    """Somebody at a browser, on a server of either way of access."""

    server: Server
    browser: requests.Session

    @classmethod
    def at(cls, server: Server, *, signs_in: bool) -> Person:
        person = cls(server, requests.Session())
        if signs_in:
            _make_account(server)
            person.send("/sign-in/", username=NAME, password=PASSWORD)
        return person

    def send(self, path: str, **fields: Any) -> str:
        """Post a form; returns where it led to."""
        self.browser.get(f"{self.server.url}{path.replace('/runs/', '/')}", timeout=10)
        fields |= {"csrfmiddlewaretoken": self.browser.cookies["csrftoken"]}
        url = f"{self.server.url}{path}"
        answer = self.browser.post(url, fields, allow_redirects=False, timeout=30)
        assert answer.is_redirect, f"{url} answered {answer.status_code}"
        return answer.headers["Location"]

    def waits_for(self, *models: str) -> str:
        """Press Run; returns the address of the status once all wait for the provider.

        They are made to look ten minutes old: until then a page is told now and then to ask less
        often.
        """
        path = self.send("/runs/", prompt="How much is a poll?", models=models)
        while not self._all_processing():
            time.sleep(0.05)
        with closing(sqlite3.connect(self._rows, timeout=20)) as rows, rows:
            rows.execute("UPDATE playground_run SET created_at=datetime(created_at, '-10 minutes')")
        return f"{self.server.url}{path}status/"

    @property
    def _rows(self) -> Path:
        return self.server.folder / "playground.db"

    def _all_processing(self) -> bool:
        with closing(sqlite3.connect(self._rows, timeout=20)) as rows:
            states = rows.execute("SELECT DISTINCT status FROM playground_run")
            return [state for (state,) in states] == ["processing"]

    def as_a_page_asks(self, address: str) -> str:
        """Return the poll that the page would make, which shows the runs already."""
        found = re.search(r'hx-get="([^"]+)"', self.browser.get(address, timeout=10).text)
        assert found
        return self.server.url + found[1].replace("&amp;", "&")

    @property
    def cookies(self) -> str:
        return "; ".join(f"{one.name}={one.value}" for one in self.browser.cookies)


def _make_account(server: Server) -> None:
    given = {"DATA_DIR": str(server.folder), "ACCESS": "accounts"}
    given["DJANGO_SETTINGS_MODULE"] = "playground.settings"
    command = [sys.executable, "manage.py", "createadmin", NAME, "--password-stdin"]
    where: dict[str, Any] = {"cwd": ROOT, "env": os.environ | given, "stdout": subprocess.DEVNULL}
    subprocess.run(command, input=PASSWORD, text=True, check=True, **where)


@dataclass
class Kind:
    """One of the addresses that are compared, and what it took in each round."""

    name: str
    address: str
    status: int
    server: int  # the process that answers
    cookies: str = ""
    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)  # milliseconds an answer

    def ask(self, seconds: float) -> None:
        before = cpu_seconds(self.server)
        self.rates.append(per_second(self.address, seconds, self.status, self.cookies))
        self.cpu.append(1000 * (cpu_seconds(self.server) - before) / (self.rates[-1] * seconds))


def web_of(pid: int) -> int:
    """Return the process that answers: what gunicorn forked."""
    return family(pid)[-1]


def kinds_of(server: Server, *, accounts: bool) -> list[Kind]:
    """Return the polls of one server: of a run, and of a comparison of eight models."""
    person, own = Person.at(server, signs_in=accounts), web_of(server.process.pid)
    found = []
    for name, models in (("a waiting run", EIGHT[:1]), ("8 waiting models", EIGHT)):
        whole = person.waits_for(*models)
        polls = {"no news": (person.as_a_page_asks(whole), 204)}
        if not accounts:
            polls["drawn whole"] = (whole, 200)
        for sort, (address, status) in polls.items():
            words = f"{'with accounts, ' if accounts else ''}{name}, {sort}"
            found.append(Kind(words, address, status, own, person.cookies))
    return found


def measure(kinds: list[Kind], given: argparse.Namespace) -> list[Row]:
    """Ask all in turns; the first is what the others are compared with."""
    for turn in range(given.rounds + 1):
        for kind in kinds:
            kind.ask(given.seconds if turn else 0.5)
            if not turn:  # that warmed up
                kind.rates.clear()
                kind.cpu.clear()
    bare_view, *polls = kinds
    rows = [_row(bare_view)]
    for kind in polls:
        pairs = zip(kind.rates, bare_view.rates, strict=True)
        share = median(100 * one / other for one, other in pairs)
        rows += [_row(kind), Row("  of the bare view's rate", share, unit="%")]
    return rows


def _row(kind: Kind) -> Row:
    note = f"{median(kind.cpu):.2f} ms of CPU"
    return Row(kind.name, median(kind.rates), unit="a second", note=note)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.polls", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2.0)
    given = parser.parse_args()
    with (
        provider() as fake,
        bare() as base,
        playground(fake) as local,
        playground(fake, ACCESS="accounts") as shared,
    ):
        fake.configure(delay=3600)
        address = f"{base.url}/row/1/"
        kinds = [Kind("bare view, one query by key", address, 200, web_of(base.process.pid))]
        kinds += [*kinds_of(local, accounts=False), *kinds_of(shared, accounts=True)]
        return show(measure(kinds, given))


if __name__ == "__main__":
    sys.exit(main())
