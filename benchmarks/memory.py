"""What the playground holds, idle and with 200 runs in flight: python -m benchmarks.memory

Counted as proportional shares (PSS): pages that several processes have in common are divided among
them. What is resident of each (RSS) counts them in full; it is shown beside.
"""

from __future__ import annotations

import argparse
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

import requests

from benchmarks.processes import family, megabytes
from benchmarks.servers import playground, provider
from benchmarks.tables import Row, show
from tests.many.pressing import Presser, addresses
from tests.servers.processes import until

if TYPE_CHECKING:
    from tests.product import Server

IDLE, BUSY = 150, 250  # megabytes


def held(server: Server) -> tuple[float, str]:
    """Return the sum of all processes' shares, and what each holds."""
    found = [megabytes(pid) for pid in family(server.process.pid)]
    words = [f"{rss:.0f}" for rss, _ in found]
    return sum(pss for _, pss in found), "RSS " + ", ".join(words)


def look_around(server: Server) -> None:
    """Open each screen once, as somebody has who looks at the playground."""
    for path in ("/", "/runs/", "/compare/", "/models/", "/settings/", "/healthz"):
        requests.get(server.url + path, timeout=10)


def press(server: Server, runs: int) -> None:
    with closing(Presser([server.url], people=4)) as presser:
        addresses(presser.press(f"Run {n}: what is this?" for n in range(runs)))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory", description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    given = parser.parse_args()
    with provider() as fake, playground(fake, WAVESPEED_CONCURRENCY="256") as server:
        fake.configure(delay=15)
        look_around(server)
        time.sleep(3)
        idle, each_idle = held(server)
        press(server, given.runs)
        until(lambda: len(fake.submissions()) == given.runs, "all are at the provider")
        busy, each_busy = held(server)
        time.sleep(10)
        later, each_later = held(server)
    return show(
        [
            Row("idle, every screen opened", idle, IDLE, "MB", note=each_idle),
            Row(f"{given.runs} runs in flight", busy, BUSY, "MB", note=each_busy),
            Row("the same, 10 s later", later, BUSY, "MB", note=each_later),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
