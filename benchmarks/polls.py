"""What one poll costs beside a bare Django view with one query: python -m benchmarks.polls

Both are served by one gunicorn process of the same settings and asked in turns, so that a busy
machine slows both.
"""

from __future__ import annotations

import argparse
import re
import socket
import sqlite3
import sys
import threading
import time
from argparse import Namespace
from contextlib import closing
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import requests

from benchmarks.processes import command, cpu_seconds, family
from benchmarks.servers import bare, playground, provider
from benchmarks.tables import Row, show
from tests.many.pressing import Presser, addresses

if TYPE_CHECKING:
    from tests.product import Server

CONNECTIONS = 8
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


def per_second(address: str, seconds: float, status: int) -> float:
    """Ask on several kept connections at once, never held; returns the answers a second."""
    parts = urlsplit(address)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    lines = [f"GET {path} HTTP/1.1", f"Host: {parts.netloc}", "Prefer: wait=0", "", ""]
    request = "\r\n".join(lines).encode()
    counts: list[int] = []

    def work() -> None:
        count, end = 0, time.monotonic() + seconds
        with closing(socket.create_connection((parts.hostname or "", parts.port or 80))) as kept:
            while time.monotonic() < end:
                if (got := ask(kept, request)) != status:
                    raise RuntimeError(f"{address} answered {got}")
                count += 1
        counts.append(count)

    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


def waiting_run(server: Server) -> str:
    """Press Run; returns the address of its status once it waits for the provider.

    It is made to look ten minutes old: until then a page is told now and then to ask less often.
    """
    with closing(Presser([server.url])) as presser:
        path = addresses(presser.press(["How much is a poll?"])).popitem()[1]
    while server.json(path.rstrip("/") + ".json")["status"] != "processing":
        time.sleep(0.05)
    with closing(sqlite3.connect(server.folder / "playground.db", timeout=20)) as rows, rows:
        rows.execute("UPDATE playground_run SET created_at = datetime(created_at, '-10 minutes')")
    return f"{server.url}{path}status/"


def as_a_page_asks(address: str) -> str:
    """The poll that the page would make, which shows the run already."""
    found = re.search(r'hx-get="([^"]+)"', requests.get(address, timeout=10).text)
    assert found
    server = address.removesuffix(urlsplit(address).path)
    return server + found[1].replace("&amp;", "&")


@dataclass
class Kind:
    """One of the addresses that are compared, and what it took in each round."""

    address: str
    status: int
    server: int  # the process that answers
    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)  # milliseconds an answer

    def ask(self, seconds: float) -> None:
        before = cpu_seconds(self.server)
        self.rates.append(per_second(self.address, seconds, self.status))
        self.cpu.append(1000 * (cpu_seconds(self.server) - before) / (self.rates[-1] * seconds))


def web_of(pid: int) -> int:
    """Return the process that answers: what gunicorn forked."""
    return next(one for one in family(pid)[1:] if " worker" not in command(one))


def measure(server: Server, own: int, base: tuple[str, int], given: Namespace) -> list[Row]:
    whole = waiting_run(server)
    asked = as_a_page_asks(whole)
    bare_view = Kind(f"{base[0]}/row/1/", 200, base[1])
    kinds = {"no news": Kind(asked, 204, own), "the whole card": Kind(whole, 200, own)}
    for turn in range(given.rounds + 1):
        for kind in (bare_view, *kinds.values()):
            kind.ask(given.seconds if turn else 0.5)
            if not turn:  # that warmed up
                kind.rates.clear()
                kind.cpu.clear()
    rows = [_row("bare view, one query by primary key", bare_view)]
    for name, kind in kinds.items():
        pairs = zip(kind.rates, bare_view.rates, strict=True)
        share = median(100 * one / other for one, other in pairs)
        limit = 70 if kind.status == 204 else None
        rows += [
            _row(f"poll of a waiting run, {name}", kind),
            Row("  of the bare view's rate", share, limit, "%", least=True),
        ]
    return rows


def _row(name: str, kind: Kind) -> Row:
    return Row(name, median(kind.rates), unit="a second", note=f"{median(kind.cpu):.2f} ms of CPU")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.polls", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2.0)
    given = parser.parse_args()
    with provider() as fake, bare() as base, playground(fake) as server:
        fake.configure(delay=3600)
        own = web_of(server.process.pid)
        return show(measure(server, own, (base.url, web_of(base.process.pid)), given))


if __name__ == "__main__":
    sys.exit(main())
