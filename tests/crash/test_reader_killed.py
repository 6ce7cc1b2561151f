"""The process that reads, or the worker that waits for it, is killed: runs end rightly."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from playground.images import store
from playground.providers.endpoint import TEXT_READER
from playground.runs.status import RunStatus
from playground.submission.request import AttachedImage
from tests.many.sockets import children
from tests.patience import PATIENCE_SECONDS
from tests.product import Session, serve, stop
from tests.reading.conftest import one_process, reader  # noqa: F401 - fixtures
from tests.reading.test_process import RECEIPT, written
from tests.servers.processes import until

if TYPE_CHECKING:
    from pathlib import Path

    from playground.reading.process import Reader

Press = "Callable[..., Run]"
KILLS = 20
LONGEST_SECONDS = 1.5  # about what loading and reading take


@pytest.mark.django_db(transaction=True)
def test_a_run_whose_reader_is_killed_once_is_answered(reader: Reader, carried: Press) -> None:  # noqa: F811
    image = AttachedImage(image=store.store(written("TOTAL")), name="total.png")
    rng, ends = random.Random(7), []
    for _ in range(KILLS):
        reader.end()
        reader._process = reader._started()
        threading.Timer(rng.uniform(0, LONGEST_SECONDS), reader._process.kill).start()
        run = carried(model=TEXT_READER, images=(image,))
        ends.append((run.status, "TOTAL" in run.output))
    assert ends == [(RunStatus.COMPLETED, True)] * KILLS


@pytest.mark.processes
def test_a_run_whose_worker_is_killed_while_it_reads_is_answered(tmp_path: Path) -> None:
    server = serve(tmp_path, READER="1", READER_SECONDS=str(int(PATIENCE_SECONDS)))
    (worker,) = children(server.process.pid)
    press(server.url)
    until(lambda: row(tmp_path)[0] == RunStatus.PROCESSING, "it reads")
    os.kill(worker, signal.SIGKILL)
    until(lambda: row(tmp_path)[0] in RunStatus.ended(), "it has ended")
    stop(server)
    status, attempts, output = row(tmp_path)
    assert (status, attempts) == (RunStatus.COMPLETED, 1)
    assert "TOTAL SEK" in output


def press(url: str) -> None:
    with Session() as session:
        session.get(url, timeout=PATIENCE_SECONDS)
        fields = {"prompt": "Read it", "models": TEXT_READER, "priority": "latency"}
        fields["csrfmiddlewaretoken"] = session.cookies["csrftoken"]
        files = {"images": ("receipt.webp", RECEIPT)}
        answer = session.post(f"{url}/runs/", fields, files=files, timeout=PATIENCE_SECONDS)
        answer.raise_for_status()


def row(folder: Path) -> tuple[str, int, str]:
    """The only run's status, how often it was put back, and its answer."""
    with closing(sqlite3.connect(folder / "playground.db", timeout=30)) as database:
        found = database.execute("SELECT status, attempts, output FROM playground_run").fetchone()
    return found or ("", 0, "")
