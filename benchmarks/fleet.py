"""Signed-in people at the children of one gunicorn: `python -m benchmarks.fleet --children 4`.

Prints what the answers were, whether anybody saw what is not theirs, what the web processes cost,
and whether each run was done once.
"""

from __future__ import annotations

import argparse
import sys
import time

from benchmarks.processes import computed
from benchmarks.stores import KINDS, store
from tests.fakes.wavespeed import FakeWaveSpeed
from tests.many.crowd import ACCOUNTS, Crowd
from tests.many.fleet import result
from tests.many.installation import Installation


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fleet", description=__doc__)
    parser.add_argument("--database", choices=KINDS, default="postgres-only")
    parser.add_argument("--children", type=int, default=2, help="WEB_CONCURRENCY")
    parser.add_argument("--people", type=int, default=16)
    parser.add_argument("--requests", type=int, default=2000)
    given = parser.parse_args()
    more = ACCOUNTS | {"LOG_LEVEL": "INFO", "WEB_CONCURRENCY": str(given.children)}
    with (
        store(given.database) as (folder, settings),
        FakeWaveSpeed() as fake,
        Installation(folder, fake, **settings, **more) as product,
    ):
        return _crowd(product, fake, given)


def _crowd(product: Installation, fake: FakeWaveSpeed, given: argparse.Namespace) -> int:
    web = product.start_web()
    worker = product.start_worker()
    started = time.monotonic()
    said = Crowd(product, [web.url], given.people).go(given.requests)
    seconds = time.monotonic() - started
    print(f"{said.statuses.total()} answers in {seconds:.1f} s: {dict(said.statuses)}")
    print(f"cut off: {said.unanswered}; faults: {len(said.faults)} {said.faults[:3]}")
    cpu = computed(web.process.pid), computed(worker.pid)
    print(f"CPU of the web {cpu[0]:.1f} s, of the worker {cpu[1]:.1f} s")
    outcome = result(product, fake, patience=120)
    print(f"runs: {dict(outcome.states)}; done twice: {len(outcome.twice)}")
    right = outcome.states == {"completed": len(said.pressed)} and not outcome.twice
    return 0 if right and not said.faults and not said.unanswered else 1


if __name__ == "__main__":
    sys.exit(main())
