"""Lets several web processes and workers finish many runs together, and counts what they did."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.many.pressing import Presser, addresses
from tests.many.rows import Row, all_ended, read
from tests.servers.processes import until

if TYPE_CHECKING:
    from tests.fakes.wavespeed import FakeWaveSpeed
    from tests.many.installation import Installation

SUBMITTING = re.compile(r"run ([0-9a-f-]{36}): submitting")


@dataclass
class Result:
    """What became of the runs, by the rows, the workers' log and the fake's own count."""

    rows: list[Row]
    submitting: Counter[str]  # lines in the log by run
    sent: Counter[str]  # accepted submissions by prompt

    @property
    def states(self) -> Counter[str]:
        return Counter(row.status for row in self.rows)

    @property
    def by_worker(self) -> Counter[int]:
        return Counter(row.worker_pid for row in self.rows)

    @property
    def twice(self) -> list[str]:
        """Runs that two workers took, or that the fake saw twice."""
        counts = self.submitting + self.sent
        return sorted(name for name, count in counts.items() if count > 1)

    @property
    def seconds(self) -> float:
        """From the first submission to the end of the last run."""
        began = [row.submit_started_at for row in self.rows if row.submit_started_at]
        ended = [row.finished_at for row in self.rows if row.finished_at]
        return (max(ended) - min(began)).total_seconds() if began and ended else 0.0


def press_all(product: Installation, runs: int, webs: int, people: int = 4) -> None:
    """Start web processes, press Run so many times at all of them, and wait for the answers."""
    urls = [product.start_web().url for _ in range(webs)]
    with closing(Presser(urls, people)) as presser:
        addresses(presser.press(f"Run {n}: what is this?" for n in range(runs)))


def result(product: Installation, fake: FakeWaveSpeed, patience: float) -> Result:
    """Wait until every run has ended. `product` has to log at INFO."""
    until(lambda: all_ended(product.database_url), "every run has ended")
    said = product.log.read_text(errors="replace")
    sent = Counter(made.body["prompt"] for made in fake.submissions)
    return Result(read(product.database_url), Counter(SUBMITTING.findall(said)), sent)
