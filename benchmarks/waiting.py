"""What pages that wait cost: python -m benchmarks.waiting [--pages 1000] [--database sqlite].

One web process and one worker. Measured: the processor while nothing happens and while the pages
wait, memory, and how late after the provider's answer the page of another run is told meanwhile.
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING, Any

from benchmarks.processes import computed, family, megabytes
from benchmarks.stores import KINDS, store
from benchmarks.tables import Row, show
from tests.fakes.wavespeed import FakeWaveSpeed
from tests.many.installation import Installation
from tests.many.sockets import threads
from tests.many.waiting import WaitingPage, started

if TYPE_CHECKING:
    from collections.abc import Sequence

SECONDS, RUNS = 10, 20
GPT = "openai/gpt-4o"


class Provider(FakeWaveSpeed):
    """The fake, which notes when it gave a result away."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.given: list[float] = []
        poll = self.account.poll

        def noted(prediction_id: str) -> dict[str, Any] | None:
            found = poll(prediction_id)
            if found and found["status"] == "completed":
                self.given.append(time.time())
            return found

        account: Any = self.account
        account.poll = noted


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.waiting", description=__doc__)
    parser.add_argument("--database", choices=KINDS, default="postgres-only")
    parser.add_argument("--pages", type=int, default=1000)
    given = parser.parse_args()
    with (
        store(given.database) as (folder, settings),
        Provider(delay=3600) as fake,
        Installation(folder, fake, **settings) as product,
    ):
        worker, web = product.start_worker(), product.start_web()
        path = started(web.url, fake)
        pids = [worker.pid, web.process.pid]
        rows = [Row("processor, nothing waits", percent(pids), 0.5, "%")]
        page = WaitingPage(web.url, path, 0)
        rows.append(Row("processor, one page waits", percent(pids), 3.0, "%"))
        page.connection.close()
        before = megabytes(family(web.process.pid)[-1])[1]
        pages = [WaitingPage(web.url, path, number) for number in range(given.pages)]
        rows.append(Row(f"processor, {given.pages} pages wait", percent(pids), None, "%"))
        process = family(web.process.pid)[-1]
        rows.append(Row("memory that they take", megabytes(process)[1] - before, 60, "MB"))
        rows.append(Row("threads of the web process", threads(process), None, ""))
        late = sorted(lateness(web.url, fake, number) for number in range(RUNS))
        rows.append(Row("news of another run, median of 20", late[RUNS // 2] * 1000))
        rows.append(Row("the same, 95 %", late[int(RUNS * 0.95) - 1] * 1000, 300))
        for page in pages:
            page.connection.close()
    return show(rows)


def percent(pids: Sequence[int]) -> float:
    """Return the share of one core that the processes and theirs took, over some seconds."""
    before, began = sum(map(computed, pids)), time.monotonic()
    time.sleep(SECONDS)
    return 100 * (sum(map(computed, pids)) - before) / (time.monotonic() - began)


def lateness(url: str, fake: Provider, number: int) -> float:
    """Start another run; return the seconds from the provider's answer to its page's news."""
    fake.configure(delays={GPT: 3600.0})
    page = WaitingPage(url, started(url, fake, GPT, f"Another? {number}"), number)
    fake.configure(delays={GPT: 0.0})
    page.status()
    return time.time() - fake.given[-1]


if __name__ == "__main__":
    sys.exit(main())
