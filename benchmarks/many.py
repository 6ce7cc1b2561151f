"""Many processes, many runs: python -m benchmarks.many --database postgres --webs 3 --workers 2.

Prints how long the workers took beside the ideal, who did how many, and what was done twice.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from benchmarks.stores import KINDS, store
from tests.fakes.wavespeed import FakeWaveSpeed
from tests.many.fleet import Result, press_all, result
from tests.many.installation import Installation

SECONDS = os.sysconf("SC_CLK_TCK")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.many", description=__doc__)
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--delay", type=float, default=2.0, help="seconds a prediction takes")
    parser.add_argument("--webs", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=256, help="WAVESPEED_CONCURRENCY")
    parser.add_argument("--backlog", action="store_true", help="start workers after the presses")
    given = parser.parse_args()
    limits = {"WAVESPEED_CONCURRENCY": str(given.at_once), "RUNS_AT_ONCE": "256"}
    with (
        store(given.database) as (folder, settings),
        FakeWaveSpeed(delay=given.delay) as fake,
        Installation(folder, fake, **settings, **limits, LOG_LEVEL="INFO") as product,
    ):
        outcome = _carry(product, fake, given)
        report(outcome, given)
    return 0 if outcome.states == {"completed": given.runs} and not outcome.twice else 1


def _carry(product: Installation, fake: FakeWaveSpeed, given: argparse.Namespace) -> Result:
    if not given.backlog:
        workers = [product.start_worker() for _ in range(given.workers)]
    started = time.monotonic()
    press_all(product, given.runs, given.webs, people=8)
    print(f"{given.runs} presses took {time.monotonic() - started:.1f} s", flush=True)
    if given.backlog:
        workers = [product.start_worker() for _ in range(given.workers)]
    outcome = result(product, fake, patience=600)
    for worker in workers:
        print(f"worker {worker.pid}: {_cpu(worker.pid):.1f} s of CPU, {_peak(worker.pid)} MB peak")
    return outcome


def report(outcome: Result, given: argparse.Namespace) -> None:
    batches = -(-given.runs // given.at_once)
    print(f"states: {dict(outcome.states)}; by worker: {dict(outcome.by_worker)}")
    print(f"done twice: {len(outcome.twice)}; submissions at the fake: {outcome.sent.total()}")
    print(f"first submission to last end: {outcome.seconds:.2f} s; most in flight: {peak(outcome)}")
    if given.backlog:
        ideal = batches * given.delay
        print(f"ideal {ideal:.1f} s, that is {outcome.seconds / ideal:.2f} times the ideal")


def peak(outcome: Result) -> int:
    """Return how many runs were between their submission and their end at the same moment."""
    began = [(row.submit_started_at, 1) for row in outcome.rows if row.submit_started_at]
    ended = [(row.finished_at, -1) for row in outcome.rows if row.finished_at]
    most = now = 0
    for _, step in sorted(began + ended):
        now += step
        most = max(most, now)
    return most


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / SECONDS


def _peak(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) // 1024


if __name__ == "__main__":
    sys.exit(main())
