"""How long people wait for pages and answers after a blow: `python -m benchmarks.healing --redis`.

While signed-in people use two web processes and a worker, children, master and worker are killed,
connections cut, servers started again. Prints for each the seconds that the blow itself took, and
from its end until everybody has a page again, and until a press has its answer.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.fakes.wavespeed import FakeWaveSpeed
from tests.many.crowd import ACCOUNTS, AWAY, Crowd
from tests.many.installation import Installation
from tests.many.storm import Storm, damage
from tests.servers import postgres_server
from tests.servers.processes import until

if TYPE_CHECKING:
    from collections.abc import Callable


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.healing", description=__doc__)
    parser.add_argument("--redis", action="store_true", help="the queue is in Redis")
    parser.add_argument("--away", type=float, default=0.0, help="seconds of a server's restart")
    parser.add_argument("--people", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="playground-benchmark-") as folder,
        postgres_server() as server,
        Storm(server, with_redis=given.redis, away=given.away) as storm,
        FakeWaveSpeed(delay=0.3) as fake,
        Installation(
            Path(folder), fake, **storm.settings, **ACCOUNTS, WEB_CONCURRENCY="2"
        ) as product,
    ):
        storm.start(product)
        crowd = Crowd(product, [storm.url], given.people)
        _measure(storm, crowd, given.rounds)
        said = crowd.said
        print(f"{said.statuses.total()} answers, {said.statuses[AWAY]} of them 503;", end=" ")
        print(f"{said.unanswered} requests without one; faults: {said.faults[:3]}", end="; ")
        print(f"damage: {damage(product, fake, said)}")


def _measure(storm: Storm, crowd: Crowd, rounds: int) -> None:
    over = threading.Event()
    using = threading.Thread(target=crowd.go_on, args=(over,))
    using.start()
    try:
        until(crowd.is_served, "pages and an answer")
        for _ in range(rounds):
            for deed in storm.deeds:
                _print(deed, crowd)
    finally:
        over.set()
        using.join()


def _print(deed: Callable[[], None], crowd: Crowd) -> None:
    began = time.monotonic()
    deed()
    done = time.monotonic()
    until(crowd.shows_pages, "pages")
    page = time.monotonic() - done
    until(crowd.gives_an_answer, "an answer")
    answer = time.monotonic() - done
    name = deed.__name__.replace("_", " ")
    print(f"{name:20} took {done - began:4.1f} s; page {page:4.1f} s, answer {answer:4.1f} s")


if __name__ == "__main__":
    main()
