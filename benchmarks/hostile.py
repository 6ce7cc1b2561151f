"""What a chat server that means harm costs a worker: python -m benchmarks.hostile

Each case has a fresh process with the worker's code, on SQLite, over a socket: it carries a run
whose server answers so, or asks for such a list of models, and stores what comes of it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

from benchmarks.processes import cpu_seconds, megabytes
from benchmarks.servers import ROOT, folder
from benchmarks.tables import Row, show
from tests.fakes.hostile import ANSWERS, LISTS, MB, counted, enemy
from tests.migrated import put_migrated

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.hostile import Sent

MAX_SECONDS_A_MB, MAX_PEAK_MB, MAX_LEFT_MB = 2, 60, 20
SETTLE_SECONDS = 0.5


def case(name: str, sent: Sent, what: str) -> list[Row]:
    """Return what one case cost: CPU for each MB that was sent, at least one, and memory."""
    came = counted(sent)
    given = {"answer": came} if what == "answer" else {"models": came}
    with folder() as data, enemy(**given) as url:
        put_migrated(data / "playground.db", "local")
        with _child(data, url, what) as child:
            _told(child)
            before, worked = megabytes(child.pid)[0], cpu_seconds(child.pid)
            peaks, over = [before], threading.Event()
            watch = threading.Thread(target=_watch, args=(child.pid, peaks, over))
            watch.start()
            end = _told(child, "go")
            over.set()
            watch.join()
            worked = cpu_seconds(child.pid) - worked
            time.sleep(SETTLE_SECONDS)
            after = megabytes(child.pid)[0]
    size = came.size / MB
    held = f"{before:.0f}, {max(peaks):.0f}, {after:.0f} MB"
    note = f"{came.size:,} bytes, {worked:.1f} s; {held}: {end}"
    return [
        Row(name, worked / max(size, 1), MAX_SECONDS_A_MB, "s a MB", note=note),
        Row("  at the peak", max(peaks) - before, MAX_PEAK_MB, "MB more"),
        Row("  afterwards", after - before, MAX_LEFT_MB, "MB more"),
    ]


def _child(data: Path, url: str, what: str) -> subprocess.Popen[str]:
    settings = {"DATA_DIR": str(data), "SERVERS": "enemy", "SERVER_ENEMY_URL": url}
    settings |= {"DJANGO_SETTINGS_MODULE": "playground.settings", "LOG_LEVEL": "WARNING"}
    settings |= {"DATABASE_URL": "", "REDIS_URL": "", "WAVESPEED_API_KEY": ""}
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.hostile", "--as-worker", what],
        env=os.environ | settings,
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


def _told(child: subprocess.Popen[str], word: str = "") -> str:
    """Say a word to the process, and wait for its own."""
    if word and child.stdin:
        child.stdin.write(f"{word}\n")
        child.stdin.flush()
    return child.stdout.readline().strip() if child.stdout else ""


def _watch(pid: int, peaks: list[float], over: threading.Event) -> None:
    while not over.wait(0.01):
        peaks.append(megabytes(pid)[0])


def as_worker(what: str) -> None:
    """Do one case in this process, once it is told to; then wait to be looked at."""
    import django

    django.setup()
    from playground.connections import model_lists
    from playground.runs.models.run import Run
    from playground.submission import create, request
    from playground.worker import execution

    run = create.submit(request.RunRequest(prompt="What is this?", models=("good@enemy",)))
    assert isinstance(run, Run)
    print("ready", flush=True)
    sys.stdin.readline()
    if what == "answer":
        execution.execute(run.pk)
        run.refresh_from_db()
        end = f"{run.status} {run.error_detail[:60]!a}"
        del run
    else:
        end = "a list" if model_lists.ask("enemy") else "no list"
    print(end, flush=True)
    sys.stdin.readline()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hostile", description=__doc__)
    parser.add_argument("--only", default="", help="cases with this in their name")
    parser.add_argument("--as-worker", choices=["answer", "list"], help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.as_worker:
        as_worker(given.as_worker)
        return 0
    cases = [("answer", ANSWERS), ("list", LISTS)]
    rows: list[Row] = []
    for what, those in cases:
        for name, sent in those.items():
            rows += case(name, sent, what) if given.only in name else []
    return show(rows)


if __name__ == "__main__":
    sys.exit(main())
