"""Measures the Models page with many runs, at the server: how long it takes, and the counting.

    python -m benchmarks.models_page [--runs 1000000]

The runs are made up and lie in the last nine months, as `manage.py seedruns` makes them.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.tables import Row, show

ROUNDS = 15
WANTED = 100  # ms


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.models_page")
    parser.add_argument("--runs", type=int, default=1_000_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="playground-benchmark-") as folder:
        os.environ |= {"DATA_DIR": folder, "DATABASE_URL": "", "LOG_LEVEL": "WARNING"}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "playground.settings")
        import django

        django.setup()
        return show(_measured(Path(folder), given.runs))


def _measured(folder: Path, runs: int) -> list[Row]:
    from django.core.management import call_command
    from django.test import Client

    from playground.catalog import daily_stats

    call_command("migrate", verbosity=0)
    call_command("seedruns", str(runs), seed=1, verbosity=0)
    month = _seconds(daily_stats.count_all) * 1000
    today = min(_seconds(daily_stats.count_recent) for _ in range(5)) * 1000
    client = Client(HTTP_HOST="localhost")
    client.get("/healthz")  # a process that serves has its addresses and middleware loaded
    first, *later = [_seconds(lambda: client.get("/models/")) * 1000 for _ in range(ROUNDS)]
    page = sorted(later)
    size = len(client.get("/models/").content) / 1000
    size_on_disk = sum(file.stat().st_size for file in folder.glob("*sqlite*")) / 1e9
    stored = f"{runs:,} runs, {size_on_disk:.1f} GB"
    return [
        Row("Models page, median", statistics.median(page), WANTED, note=stored),
        Row("Models page, slowest", page[-1], WANTED, note=f"of {len(page)}"),
        Row("Models page, first of a process", first, note="templates are read and compiled"),
        Row("page, not compressed", size, unit="KB"),
        Row("counting today, every minute", today),
        Row("counting the month, every hour", month),
    ]


def _seconds(call: object) -> float:
    assert callable(call)
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


if __name__ == "__main__":
    raise SystemExit(main())
