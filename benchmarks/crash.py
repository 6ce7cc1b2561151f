"""The crash test in full: python -m benchmarks.crash --database sqlite|postgres|postgres-only."""

from __future__ import annotations

import argparse
import random
import sys
from typing import TYPE_CHECKING

from benchmarks.stores import KINDS, store
from tests.crash.trial import Outcome, Trial, plan
from tests.fakes.wavespeed import FakeWaveSpeed

if TYPE_CHECKING:
    from pathlib import Path


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crash", description=__doc__)
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--workers", type=int, default=0, help="usual: 1 on SQLite, else 2")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--log", action="store_true", help="show what the processes said")
    given = parser.parse_args()
    workers = given.workers or (1 if given.database == "sqlite" else 2)
    print(f"{given.database}, {workers} workers, seed {given.seed}", flush=True)
    with store(given.database) as (folder, settings), FakeWaveSpeed(delay=2) as fake:
        trial = Trial(folder, fake, settings, workers=workers, seed=given.seed)
        outcome = trial.run(given.runs, plan(given.kills, given.seed))
        report(outcome, trial.product.log, given.log)
    return 1 if outcome.faults else 0


def report(outcome: Outcome, log: Path, whole: bool) -> None:
    said = log.read_text(errors="replace")
    print(f"all had ended after {outcome.seconds:.1f} s; presses repeated: {outcome.pressed_again}")
    for title, counts in (("killed", outcome.killed), ("states", outcome.states)):
        print(f"{title}: " + ", ".join(f"{count} {name}" for name, count in counts.items()))
    for name in ("lost", "sent_twice", "wrongly_unknown", "without_answer", "doubled"):
        print(f"{name.replace('_', ' ')}: {len(getattr(outcome, name))}")
    print(f"tracebacks in the log: {said.count('Traceback')}")
    if whole or outcome.faults:
        print(outcome.faults, said, sep="\n")


if __name__ == "__main__":
    sys.exit(main())
