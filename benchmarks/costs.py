"""What a page, a press, a poll, a run and a stored megabyte cost: python -m benchmarks.costs

On PostgreSQL and Redis, as where many machines serve one playground. Costs are seconds of CPU of
each kind of process, by the system's own count; then what so many people at once would need.
"""

from __future__ import annotations

import argparse
import io
import random
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from PIL import Image

from benchmarks.people import MODELS, Person, together
from benchmarks.processes import computed, family, megabytes
from benchmarks.stores import store
from benchmarks.tables import Row, show
from tests.fakes.wavespeed import FakeWaveSpeed
from tests.many.installation import Installation
from tests.many.rows import all_ended
from tests.servers.processes import until

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

KEPT_BUSY = 0.6  # of a core: what is left over keeps the waiting short
HELD_BY_ONE = 16  # polls that one web process holds: half of its threads
CARRIED_BY_ONE = 256  # runs that one worker process carries
WAITING, WAITED = 12, 20.0  # pages that wait, seconds
PICTURES = 8
KINDS = ("web", "worker", "database")


@dataclass
class Processes:
    """The kinds of processes, each by the one that started the others."""

    web: int
    worker: int
    database: int

    def read(self) -> dict[str, float]:
        return {kind: computed(getattr(self, kind)) for kind in KINDS}

    def cost(self, act: Callable[[], object], times: float) -> dict[str, float]:
        """Do it; returns the milliseconds of CPU that each kind took, of one of so many."""
        before = self.read()
        act()
        time.sleep(0.3)  # for what is written after the answer
        return {kind: 1000 * (now - before[kind]) / times for kind, now in self.read().items()}


def photo(number: int) -> bytes:
    """Return a picture of 12 megapixels that no other one equals."""
    noise = random.Random(number).randbytes(400 * 300 * 3)
    picture = Image.frombytes("RGB", (400, 300), noise).resize((4000, 3000))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=90)
    return file.getvalue()


def stored(product: Installation) -> tuple[float, float]:
    """Return the bytes of the database and of the files."""
    with psycopg.connect(product.database_url) as rows:
        found = rows.execute("SELECT pg_database_size(current_database())").fetchone()
    files = sum(
        file.stat().st_size for file in (product.folder / "media").rglob("*") if file.is_file()
    )
    return float(found[0] if found else 0), float(files)


def postmaster(url: str) -> int:
    with psycopg.connect(url) as rows:
        backend = rows.execute("SELECT pg_backend_pid()").fetchone()
        status = Path(f"/proc/{backend[0] if backend else 0}/status").read_text()
    return int(status.partition("PPid:")[2].split()[0])


@dataclass
class Costs:
    """Milliseconds of CPU by kind of process, bytes, and megabytes of memory."""

    page: dict[str, float]  # the composer or History
    press: dict[str, float]  # for all models, with the page that it leads to and the runs
    waiting: dict[str, float]  # a second of a page that waits for its runs
    picture: dict[str, float]  # taken in
    polls: float  # a second, of a page that waits
    row: float  # bytes that a run takes in the database
    file: float  # bytes that a picture takes, as sent, prepared and small
    memory: tuple[float, float]  # of a web process, and of a worker

    def rows(self) -> list[Row]:
        names = {
            "a page": self.page,
            f"a press, its page and {len(MODELS)} runs": self.press,
            "a second of a page that waits": self.waiting,
            "a picture of 12 megapixels": self.picture,
        }
        return [
            *(
                Row(f"{name}: {kind}", cost[kind], unit="ms of CPU")
                for name, cost in names.items()
                for kind in KINDS
                if cost[kind] >= 0.05
            ),
            Row("polls of a page that waits", self.polls, unit="a second"),
            Row("a run in the database", self.row / 1000, unit="KB"),
            Row("a picture in files", self.file / 1e6, unit="MB"),
            Row("memory of a web process", self.memory[0], unit="MB"),
            Row("memory of a worker", self.memory[1], unit="MB"),
        ]


def measure(product: Installation, fake: FakeWaveSpeed, presses: int) -> Costs:
    web, worker = product.start_web(), product.start_worker()
    ours = Processes(web.process.pid, worker.pid, postmaster(product.database_url))
    someone = Person(web.url)
    someone.wait(someone.press("Warm up"))
    page = ours.cost(lambda: [someone.open(path) for path in ("/", "/runs/") * 50], 100)
    fake.configure(delay=8)
    press, row, _ = pressed(product, ours, someone, presses)
    picture, _, file = pressed(product, ours, someone, PICTURES, photo)
    picture = {kind: max(0.0, picture[kind] - press[kind]) for kind in KINDS}
    fake.configure(delay=3600)
    waiting, polls = waited(ours, web.url)
    held = [sum(megabytes(one)[1] for one in family(pid)) for pid in (ours.web, ours.worker)]
    return Costs(page, press, waiting, picture, polls, row, file, (held[0], held[1]))


def pressed(
    product: Installation,
    ours: Processes,
    someone: Person,
    presses: int,
    picture: Callable[[int], bytes] = lambda _: b"",
) -> tuple[dict[str, float], float, float]:
    """Press so often, look once at each comparison, wait for the ends.

    Returns the milliseconds of a press, and the bytes that a run and a press's picture take.
    """
    pictures = [picture(number) for number in range(presses)]
    rows, files = stored(product)

    def act() -> None:
        for number, one in enumerate(pictures):
            someone.open(someone.press(f"{len(one)}, {number}: what is this?", one))
        until(lambda: all_ended(product.database_url), "every run has ended")

    cost = ours.cost(act, presses)
    rows_now, files_now = stored(product)
    return cost, (rows_now - rows) / presses / len(MODELS), (files_now - files) / presses


def waited(ours: Processes, url: str) -> tuple[dict[str, float], float]:
    """Let some pages wait; returns the milliseconds of a second of one, and its polls a second."""
    people = [Person(url) for _ in range(WAITING)]
    paths = [one.press(f"Waits: {number}") for number, one in enumerate(people)]
    time.sleep(3)  # until all are at the provider
    end = time.monotonic() + WAITED
    cost = ours.cost(
        lambda: together(WAITING, lambda number: people[number].wait(paths[number], end)),
        WAITING * WAITED,
    )
    return cost, sum(one.asked for one in people) / WAITING / WAITED


def needed(costs: Costs, given: Namespace) -> list[Row]:
    """What so many people need who press that often, with a new picture each time."""
    presses = given.people / given.every
    waiting = presses * given.seconds
    cores = {
        kind: presses * (2 * costs.page[kind] + costs.press[kind] + costs.picture[kind]) / 1000
        + waiting * costs.waiting[kind] / 1000
        for kind in KINDS
    }
    runs = presses * len(MODELS)
    webs = max(waiting / HELD_BY_ONE, cores["web"] / KEPT_BUSY)
    workers = max(runs * given.seconds / CARRIED_BY_ONE, cores["worker"] / KEPT_BUSY)
    memory = (webs * costs.memory[0] + workers * costs.memory[1]) / 1000
    return [
        Row("presses", presses, unit="a second"),
        Row("runs in flight", runs * given.seconds, unit=""),
        Row(
            "pages that wait", waiting, unit="", note=f"{waiting * costs.polls:.0f} polls a second"
        ),
        *(Row(f"computing: {kind}", cores[kind], unit="cores") for kind in KINDS),
        Row(
            "web processes",
            webs,
            unit="",
            note=f"so that each page's poll is held, {HELD_BY_ONE} in one",
        ),
        Row(
            "worker processes",
            workers,
            unit="",
            note=f"of {CARRIED_BY_ONE} runs each, at most {KEPT_BUSY:.0%} busy",
        ),
        Row("memory of them", memory, unit="GB"),
        Row("database grows by", runs * costs.row * 3600 / 1e9, unit="GB an hour"),
        Row("files grow by", presses * costs.file * 3600 / 1e9, unit="GB an hour"),
        Row("files come in with", presses * costs.file * 8 / 1e6, unit="Mbit/s"),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.costs", description=__doc__)
    parser.add_argument("--presses", type=int, default=40, help="that are measured")
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--every", type=float, default=120, help="seconds between two presses")
    parser.add_argument("--seconds", type=float, default=8, help="that an answer takes")
    given = parser.parse_args()
    limits = {"WAVESPEED_CONCURRENCY": "1024", "RUNS_AT_ONCE": str(CARRIED_BY_ONE)}
    with (
        store("postgres") as (folder, settings),
        FakeWaveSpeed() as fake,
        Installation(folder, fake, **settings, **limits) as product,
    ):
        costs = measure(product, fake, given.presses)
    code = show(costs.rows())
    people = f"{given.people:,} people who press every {given.every:.0f} s for {len(MODELS)} models"
    print(f"\n{people}, answered after {given.seconds:.0f} s:")
    return show(needed(costs, given)) or code


if __name__ == "__main__":
    sys.exit(main())
