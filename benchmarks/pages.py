"""What drawing each page costs the server: python -m benchmarks.pages [--runs 10000] [--profile].

--accounts: signed in, on a playground with accounts.

Pages are asked for in process on SQLite, one after the other: middleware, queries, templates and
gzip are in it, sockets and the browser are not. The playground is installed and has a key; no
worker runs, so that nothing is sent anywhere.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.stores import store
from benchmarks.tables import Row, show
from tests.product import collected

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROUNDS, WARM = 40, 3
CELLS = 8
LIMITS = {"History": 25, "playground": 10, "press": 30, "poll": 10}  # milliseconds of CPU
BROWSER = {"headers": {"accept-encoding": "gzip, deflate, br"}}
FRAGMENT = {"headers": {**BROWSER["headers"], "hx-request": "true"}}


@dataclass
class Case:
    """A page. ask: asks for it. before: what has to be there first, which is not measured."""

    name: str
    ask: Callable[[], Any]
    before: Callable[[], Any] = lambda: None
    limit: float | None = None

    def measured(self) -> Row:
        self.rehearse()
        cpu, wall = zip(*(self._once() for _ in range(ROUNDS)), strict=True)
        note = f"{min(cpu):.1f} at best, {median(wall):.1f} by the clock, "
        note += f"{_queries(self.ask)} queries"
        return Row(self.name, median(cpu), self.limit, "ms of CPU", note=note)

    def rehearse(self) -> None:
        """Compile the templates, fill the caches."""
        for _ in range(WARM):
            self._once()

    def _once(self) -> tuple[float, float]:
        self.before()
        cpu, wall = time.process_time(), time.perf_counter()
        response = self.ask()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        assert response.status_code == 200, (self.name, response.status_code)
        return 1000 * cpu, 1000 * wall

    def profiled(self) -> None:
        self.rehearse()
        profile = cProfile.Profile()
        for _ in range(ROUNDS):
            self.before()
            profile.runcall(self.ask)
        calls = sum(entry.callcount for entry in profile.getstats()) / ROUNDS
        print(f"\n{self.name}, {ROUNDS} times, {calls:,.0f} calls each")
        pstats.Stats(profile).sort_stats("tottime").print_stats(40)


def _queries(ask: Callable[[], Any]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        ask()
    return len(queries)


@contextmanager
def installed(runs: int, *, accounts: bool = False) -> Iterator[None]:
    """Give this process a playground with so many made-up runs, with accounts those of `me`."""
    with store("sqlite") as (folder, settings):
        os.environ |= settings | collected(folder)
        os.environ |= {"WAVESPEED_API_KEY": "test-key", "WAVESPEED_BASE_URL": "http://127.0.0.1:9"}
        os.environ |= {"LOG_LEVEL": "WARNING", "FIND_LOCAL_SERVERS": "0"}
        os.environ |= {"ACCESS": "accounts"} if accounts else {}
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        call_command("seedruns", runs, seed=1)
        if accounts:
            _adopt()
        yield


def _adopt() -> None:
    from playground.accounts.models import Account
    from playground.operations.adoption import adopt

    adopt(Account.objects.create_user("me"))


def cases() -> list[Case]:
    from django.test import Client

    from playground.accounts.models import Account
    from playground.runs.models.run import Run

    client = Client(SERVER_NAME="localhost")
    if me := Account.objects.first():
        client.force_login(me)
    done = Run.objects.filter(status="completed", flagged=False).exclude(output="").first()
    assert done
    if done.comparison_id:
        done = Run.objects.filter(status="completed", comparison=None).exclude(output="")[0]
    status = f"/runs/{done.pk}/status/?seen=old&every=1s"
    waiting = _press(client).split("?")[0]
    ended = _ended(_press(client), done)

    def of(path: str, how: Any = BROWSER) -> Callable[[], Any]:
        return lambda: client.get(path, **how)

    return [
        Case("least: /healthz", of("/healthz")),
        Case("History, first page of 30 rows", of("/runs/"), limit=LIMITS["History"]),
        Case("playground", of("/"), limit=LIMITS["playground"]),
        Case(
            f"press for {CELLS} models, with the waiting cards",
            lambda: client.post("/runs/", _form(), **FRAGMENT),
            limit=LIMITS["press"],
        ),
        Case(
            "poll that brings the card of a run that ended",
            of(status, FRAGMENT),
            limit=LIMITS["poll"],
        ),
        Case("page of a run", of(f"/runs/{done.pk}/")),
        Case(f"comparison of {CELLS} that wait", of(waiting)),
        Case(f"comparison of {CELLS} that ended", of(ended)),
    ]


def _form() -> dict[str, Any]:
    from playground.catalog import entries
    from playground.storage.tokens import new_token

    models = [one.id for one in entries.models()[:CELLS]]
    return {"prompt": "What is this?", "models": models, "form_token": new_token()}


def _press(client: Any) -> str:
    """Press; returns the address of the comparison."""
    return str(client.post("/runs/", _form())["Location"])


def _ended(address: str, like: Any) -> str:
    """Give all runs of a comparison the answer of another run."""
    from playground.runs.models.run import Run

    names = ("status", "submitted_at", "finished_at", "inference_ms", "output", "output_html")
    values = {name: getattr(like, name) for name in (*names, "renderer_version", "created_at")}
    Run.objects.filter(comparison=address.strip("/").rpartition("/")[2]).update(**values)
    return address


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--accounts", action="store_true", help="signed in, not local")
    parser.add_argument("--profile", metavar="NAME", help="of the pages whose name has this in it")
    given = parser.parse_args()
    with installed(given.runs, accounts=given.accounts):
        if given.profile is None:
            return show([case.measured() for case in cases()])
        for case in cases():
            if given.profile in case.name:
                case.profiled()
    return 0


if __name__ == "__main__":
    sys.exit(main())
