"""An hour of load on PostgreSQL and Redis: python -m benchmarks.hour

People press Run at a steady rate while pages are opened and a worker is killed every five minutes.
With --pooled the rows are behind PgBouncer in transaction mode. Ends with 1 where a run is lost or
was sent twice, or a limit is missed.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from benchmarks.servers import folder, provider
from benchmarks.tables import Row, show
from tests.many.installation import Installation
from tests.many.load import Load, Outcome
from tests.servers import postgres_server, redis_server
from tests.servers.pgbouncer import pgbouncer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE_MS, GROWTH = 200, 1.1  # of the slowest page in a hundred; of memory, end to beginning
LIMITS = {"WAVESPEED_CONCURRENCY": "256", "RUNS_AT_ONCE": "256", "LOG_LEVEL": "WARNING"}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hour", description=__doc__)
    parser.add_argument("--rate", type=float, default=30, help="presses a second")
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--every", type=float, default=300, help="seconds between two kills")
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--delay", type=float, default=2, help="seconds a prediction takes")
    parser.add_argument("--pooled", action="store_true", help="behind PgBouncer")
    given = parser.parse_args()
    with provider() as fake, servers(pooled=given.pooled) as (data, settings, pool):
        fake.configure(delay=given.delay)
        with Installation(data, fake, **settings, **LIMITS) as product:
            product.settings |= pool  # once it is migrated
            outcome = Load(product, given.rate, given.seconds, given.every).carry(given.workers)
        sent = Counter(made["body"]["prompt"] for made in fake.submissions())
    return show(rows(outcome, given.rate, sum(count > 1 for count in sent.values())))


@contextmanager
def servers(*, pooled: bool) -> Iterator[tuple[Path, dict[str, str], dict[str, str]]]:
    """Give a folder, the settings of the servers, and the address of the pooler in their place."""
    with ExitStack() as ends:
        data, server = (
            ends.enter_context(folder()),
            ends.enter_context(postgres_server(durable=True)),
        )
        address = server.create_database("playground")
        settings = {"DATABASE_URL": address, "REDIS_URL": ends.enter_context(redis_server())}
        pool = {}
        if pooled:
            port = ends.enter_context(pgbouncer(server))
            pool["DATABASE_URL"] = address.replace(f":{server.port}/", f":{port}/")
        yield data, settings, pool


def rows(outcome: Outcome, rate: float, twice: int) -> list[Row]:
    ended = sum(outcome.states.values())
    reached = outcome.pressed / (outcome.seconds + max(0.0, outcome.late))
    memory = outcome.memory[len(outcome.memory) // 4], outcome.memory[-1]
    return [
        Row("pressed a second", reached, 0.98 * rate, "", least=True),
        Row(
            "of the runs have ended",
            100 * ended / outcome.pressed,
            100,
            "%",
            least=True,
            note=str(dict(outcome.states)),
        ),
        Row("were sent twice", twice, 0, ""),
        Row("workers killed", outcome.kills, unit=""),
        Row("drained after", outcome.drained, unit="s"),
        Row(
            "slowest page in a hundred", outcome.slow_page, PAGE_MS, note=f"of {len(outcome.pages)}"
        ),
        Row(
            "memory, at the end",
            memory[1],
            GROWTH * memory[0],
            "MB",
            note=f"{memory[0]:.0f} MB after a quarter",
        ),
    ]


if __name__ == "__main__":
    sys.exit(main())
