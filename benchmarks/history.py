"""How long History and the Models page take at the server: python -m benchmarks.history

Fills a database of each kind with made-up runs and asks for pages in process, middleware and
templates included, the network and the browser left out. A million runs take some minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.stores import store
from benchmarks.tables import Row, show

ROOT = Path(__file__).resolve().parents[1]
SIZES, KINDS = (10_000, 1_000_000), ("sqlite", "postgres-only")
LARGE = 100_000  # runs from which on the limits for a million hold
PAGES, SEARCHES = (60.0, 80.0), (60.0, 200.0)  # ms, with few and with many runs
MODELS = (100.0, 100.0)  # ms
ROUNDS = 9


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.history", description=__doc__)
    parser.add_argument("--runs", type=int, nargs="+", default=SIZES)
    parser.add_argument("--database", choices=KINDS, nargs="+", default=KINDS)
    parser.add_argument("--measure", action="store_true", help="the database of DATABASE_URL")
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(measure()))
        return 0
    rows = []
    for kind in given.database:
        for runs in given.runs:
            rows += _rows(kind, runs)
    return show(rows)


def _rows(kind: str, runs: int) -> list[Row]:
    """Fill a database with runs and measure it, in processes that know no other."""
    with store(kind) as (folder, settings):
        environment = os.environ | settings | {"DATA_DIR": str(folder)}
        environment["DJANGO_SETTINGS_MODULE"] = "playground.settings"
        _python(environment, "manage.py", "migrate", "-v0")
        started = time.monotonic()
        _python(environment, "manage.py", "seedruns", str(runs), "--seed", "1")
        filled = time.monotonic() - started
        print(f"{kind}: {runs:,} runs made in {filled:.0f} s", file=sys.stderr, flush=True)
        measured = json.loads(_python(environment, "-m", "benchmarks.history", "--measure"))
    name = f"{kind.partition('-')[0]}, {runs:,}"
    many = runs >= LARGE
    limit = {"page": PAGES[many], "search": SEARCHES[many], "models": MODELS[many]}
    made = Row(f"{name}: seedruns", filled, 300.0 if many else None, "s")
    return [
        made,
        *(
            Row(f"{name}: {what}", value, limit[sort], note=note)
            for what, sort, value, note in measured
        ),
    ]


def _python(environment: dict[str, str], *command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command], env=environment, cwd=ROOT, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout.splitlines()[-1] if done.stdout else ""


def measure() -> list[tuple[str, str, float, str]]:
    """Return name, sort, milliseconds and a note for each kind of page."""
    import django

    django.setup()
    from django.test import Client

    from playground.catalog import daily_stats

    client = Client(SERVER_NAME="localhost")
    pages = [(what, sort, *_time(client, query)) for what, sort, query in _cases()]
    daily_stats.count_all()
    return [*pages, ("Models page", "models", *_time(client, {}, "/models/"))]


def _time(client: Any, query: dict[str, str], address: str = "/runs/") -> tuple[float, str]:
    times = []
    for _ in range(ROUNDS + 1):
        started = time.perf_counter()
        response = client.get(address, query)
        times.append((time.perf_counter() - started) * 1000)
        assert response.status_code == 200
    shown = response.content.count(b'class="row"')
    return median(times[1:]), f"{shown} rows, {max(times):.0f} ms at most"


def _cases() -> list[tuple[str, str, dict[str, str]]]:
    from django.utils import timezone

    from playground.operations.seeding.texts import COMMON_WORD, RARE_WORD, UNCOMMON_WORD
    from playground.runs.models.run import Run

    moments = Run.objects.before(None).values_list("listed_at", flat=True).distinct()
    number = min(1000, moments.count() // 30)
    page = moments[30 * (number - 1) - 1].isoformat()
    month = (timezone.now() - timedelta(days=120)).date()
    model = {"model": "openai/gpt-4o"}
    lists = {
        "first page": {},
        f"page {number:,}": {"after": page},
        "one model": model,
        f"one model, from page {number:,} on": model | {"after": page},
        "demo": {"provider": "demo"},
        "failed": {"status": "failed"},
        "running": {"status": "running"},
        "cut off": {"status": "cut_off"},
        "flagged": {"status": "flagged"},
        "starred": {"starred": "1"},
        "comparisons": {"kind": "comparison"},
        "single runs": {"kind": "single"},
        "a month": {"from": str(month), "to": str(month + timedelta(days=30))},
        "one model, unknown": model | {"status": "unknown"},
    }
    searches = {
        "common word": {"q": COMMON_WORD},
        f"common word, from page {number:,} on": {"q": COMMON_WORD, "after": page},
        "common word, best first": {"q": COMMON_WORD, "order": "best"},
        "uncommon word": {"q": UNCOMMON_WORD},
        "rare word": {"q": RARE_WORD},
        "rare word, best first": {"q": RARE_WORD, "order": "best"},
        "two common words": {"q": "receipt total"},
        "phrase": {"q": '"the printed total"'},
        "beginning": {"q": "to*"},
        "nothing": {"q": "nowhere"},
        "common word, starred": {"q": COMMON_WORD, "starred": "1"},
        "common word, unknown": {"q": COMMON_WORD, "status": "unknown"},
        "rare word, one model": {"q": RARE_WORD} | model,
    }
    return [
        *((name, "page", query) for name, query in lists.items()),
        *((f"search: {name}", "search", query) for name, query in searches.items()),
    ]


if __name__ == "__main__":
    sys.exit(main())
