"""Histories by seeds: python -m benchmarks.simulate --seeds 0:10000 [--processes 2].

--seed N plays one, --replay FILE a history that was written down, --mutation NAME a product that
was made wrong on purpose. What fails is printed with its seed and the shortest history found. On
SQLite in memory, or on PostgreSQL where DATABASE_URL names one: python -m tests.servers --postgres.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.simulation.ground import Ground
    from tests.simulation.history import History

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.simulate", description=__doc__)
    parser.add_argument("--seeds", default="0:1000", help="first:end")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--replay", type=Path)
    parser.add_argument("--mutation", default="")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--write", type=Path, default=Path("failed-histories"))
    given = parser.parse_args(arguments)
    histories, began = _histories(given), time.monotonic()
    shares = [histories[place :: given.processes] for place in range(given.processes)]
    if given.processes == 1:
        failed = _share(given, histories)
    else:
        with multiprocessing.get_context("spawn").Pool(given.processes) as pool:
            failed = sum(pool.map(partial(_share, given), shares))
    took, count = time.monotonic() - began, len(histories)
    print(f"{failed} of {count} histories failed; {took:.1f} s, {count / took:.1f} a second")
    return 1 if failed else 0


def _histories(given: argparse.Namespace) -> range | list[Path]:
    """Return what is to be played: seeds, or a file of a history."""
    if given.replay:
        return [given.replay]
    first, end = map(int, given.seeds.split(":"))
    return range(first, end) if given.seed is None else range(given.seed, given.seed + 1)


def _share(given: argparse.Namespace, histories: range | list[Path]) -> int:
    import django

    django.setup()
    from tests.simulation import mutations
    from tests.simulation.ground import ground

    failed = 0
    with ground(os.environ.get("DATABASE_URL", "")) as played, mutations.applied(given.mutation):
        for one in map(_history, histories):
            found = played.play(one)
            if found:
                failed += 1
                _report(given, played, one, found)
            if failed and given.mutation:
                break
    return failed


def _history(source: int | Path) -> History:
    from tests.simulation import history

    if isinstance(source, Path):
        return history.History.from_json(source.read_text())
    return history.of_seed(source)


def _report(given: argparse.Namespace, played: Ground, one: History, found: list[str]) -> None:
    from tests.simulation.shrink import shortest

    short = shortest(one, played.play)
    given.write.mkdir(exist_ok=True)
    file = given.write / f"{one.seed}.json"
    file.write_text(short.as_json())
    print(f"seed {one.seed}: {found[0]}", *found[1:4], sep="\n  ")
    print(f"shortest history ({file}):\n{short}\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
