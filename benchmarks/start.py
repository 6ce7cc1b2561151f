"""How long the installed playground needs from the command to its first page: benchmarks.start

    python -m benchmarks.start

Installed means: migrated, static files collected. The page is asked for again and again until it
is there; a bare Django start is measured beside it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from contextlib import closing
from statistics import median
from typing import TYPE_CHECKING

import requests

from benchmarks.servers import ROOT, folder
from benchmarks.tables import Row, show
from tests.servers.processes import end, free_port

if TYPE_CHECKING:
    from pathlib import Path

LIMIT = 1000  # milliseconds
WAIT = 0.005  # seconds between two attempts


def settings(data: Path, port: int) -> dict[str, str]:
    given = {"DATA_DIR": str(data), "PORT": str(port), "STATIC_ROOT": str(data / "static")}
    unset = {"DATABASE_URL": "", "REDIS_URL": "", "ALLOWED_HOSTS": "", "WAVESPEED_API_KEY": ""}
    given |= {"PYTHONDONTWRITEBYTECODE": ""}  # an installation keeps what was compiled
    return os.environ | unset | given | {"DJANGO_SETTINGS_MODULE": "playground.settings"}


def install(given: dict[str, str]) -> None:
    for words in (["migrate", "-v0"], ["collectstatic", "--noinput", "-v0"]):
        subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=given, check=True)


def until_answered(url: str) -> float:
    """Return the moment of the first answer."""
    with closing(requests.Session()) as session:
        while True:
            try:
                session.get(url, timeout=10).raise_for_status()
            except requests.ConnectionError:
                time.sleep(WAIT)
            else:
                return time.monotonic()


def start(given: dict[str, str]) -> tuple[float, float]:
    """Start once; returns the milliseconds to the first page and to a worker that reports."""
    url, began = f"http://127.0.0.1:{given['PORT']}", time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve"], cwd=ROOT, env=given, stdout=subprocess.DEVNULL
    )
    try:
        page = until_answered(url + "/") - began
        while requests.get(url + "/healthz", timeout=10).json()["worker"] != "ok":
            time.sleep(WAIT)
        return 1000 * page, 1000 * (time.monotonic() - began)
    finally:
        end(process)


def bare_start() -> float:
    """Return the milliseconds that Python needs to import Django and gunicorn and nothing more."""
    words = "import django, gunicorn.app.base, gunicorn.workers.gthread, django.db.models"
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", words], check=True)
    return 1000 * (time.monotonic() - began)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.start", description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    with folder() as data:
        given = settings(data, free_port())
        install(given)
        starts = [start(given) for _ in range(repeats + 1)][1:]  # the first one filled the caches
    bare = median(bare_start() for _ in range(repeats))
    pages, workers = zip(*starts, strict=True)
    return show(
        [
            Row("Python, Django and gunicorn imported", bare),
            Row("start to the first page", median(pages), LIMIT),
            Row("start to a worker that reports", median(workers)),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
