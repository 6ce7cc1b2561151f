"""`manage.py serve` and the lines of the Procfile, as processes."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from tests.patience import PATIENCE_SECONDS
from tests.product import (
    ROOT,
    Server,
    Session,
    collected,
    free_port,
    serve,
    stop,
    wait_until_ready,
)
from tests.servers.processes import until

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for all tests that leave it running."""
    server = serve(tmp_path_factory.mktemp("running"))
    yield server
    stop(server)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """One to be stopped."""
    server = serve(tmp_path)
    yield server
    if server.process.poll() is None:
        stop(server)


def children(pid: int) -> set[int]:
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True)
    return {int(line) for line in found.stdout.split()}


def alive(pids: set[int]) -> set[int]:
    return {pid for pid in pids if Path(f"/proc/{pid}").exists()}


def press(server: Server, prompt: str = "What is this?") -> str:
    with Session() as session:
        session.get(server.url + "/", timeout=PATIENCE_SECONDS)
        token = session.cookies["csrftoken"]
        fields = {"prompt": prompt, "models": "openai/gpt-4o", "csrfmiddlewaretoken": token}
        return session.post(server.url + "/runs/", data=fields, timeout=PATIENCE_SECONDS).url


def ended(server: Server, address: str) -> str:
    path = address.removeprefix(server.url).rstrip("/") + ".json"
    for _ in range(300):
        if (status := server.json(path)["status"]) not in {"queued", "submitting", "processing"}:
            return str(status)
        time.sleep(0.1)
    raise AssertionError("the run did not end")


def test_it_serves_a_working_playground_without_a_key(running: Server) -> None:
    assert ended(running, press(running)) == "completed"


@pytest.mark.parametrize("stopped_by", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_ends_everything_within_10_seconds(server: Server, stopped_by: int) -> None:
    pids = children(server.process.pid)
    assert len(pids) == 1
    server.process.send_signal(stopped_by)
    server.process.wait(PATIENCE_SECONDS)
    assert alive(pids) == set()


def test_a_crowd_of_requests_leaves_connections_to_the_runs(running: Server) -> None:
    with ThreadPoolExecutor(64) as pool:
        pages = [
            pool.submit(requests.get, running.url, timeout=PATIENCE_SECONDS) for _ in range(200)
        ]
        assert {page.result().status_code for page in pages} == {200}
    assert ended(running, press(running)) == "completed"


def test_a_killed_process_is_started_again_and_finishes_what_waits(running: Server) -> None:
    (killed,) = children(running.process.pid)
    os.kill(killed, signal.SIGKILL)
    assert ended(running, press(running)) == "completed"


def test_nothing_is_left_when_the_parent_is_killed(server: Server) -> None:
    pids = children(server.process.pid)
    server.process.kill()
    server.process.wait()
    until(lambda: not alive(pids), "its children have ended")


def test_who_asks_for_headers_alone_is_not_warned_of(
    server: Server, capfd: pytest.CaptureFixture[str]
) -> None:
    for path in ("/healthz", "/runs/", "/runs/export.csv", "/static/icons.svg", "/nothing/"):
        asked, read = (requests.request(it, server.url + path) for it in ("HEAD", "GET"))
        assert (asked.status_code, asked.content) == (read.status_code, b"")
    stop(server)
    assert "no-body" not in capfd.readouterr().err


def test_runs_are_there_after_a_restart(tmp_path: Path) -> None:
    first = serve(tmp_path)
    address = press(first, "Kept?")
    stop(first)
    second = serve(tmp_path)
    page = requests.get(second.url + address.removeprefix(first.url), timeout=PATIENCE_SECONDS)
    stop(second)
    assert "Kept?" in page.text


def test_a_used_port_is_named(running: Server, tmp_path: Path) -> None:
    port = running.url.rpartition(":")[2]
    environment = os.environ | {"DATA_DIR": str(tmp_path / "other"), "PORT": port}
    environment["DJANGO_SETTINGS_MODULE"] = "playground.settings"
    command = [sys.executable, "manage.py", "serve"]
    second = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert second.returncode == 1
    assert f"Port {port} is in use." in second.stderr


def test_a_question_on_the_command_line_needs_nothing_before_it(tmp_path: Path) -> None:
    given = os.environ | {"DATA_DIR": str(tmp_path / "new"), "DATABASE_URL": "", "REDIS_URL": ""}
    given |= {"DJANGO_SETTINGS_MODULE": "playground.settings"}
    command = [sys.executable, "manage.py", "run", "What is this?", "--carry"]
    asked = subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True)
    assert (asked.returncode, "demo" in asked.stdout) == (0, True), asked.stderr


def test_the_lines_of_the_procfile_give_a_working_playground(tmp_path: Path) -> None:
    port = free_port()
    environment = os.environ | collected(tmp_path)  # by the build, not by a line of the Procfile
    environment |= {
        "PORT": str(port),
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "DEBUG": "0",
        "SECRET_KEY": "k" * 50,
        "ALLOWED_HOSTS": "localhost",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    lines = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
    subprocess.run(lines["release"], shell=True, cwd=ROOT, env=environment, check=True)
    processes = [
        subprocess.Popen(f"exec {lines[name]}", shell=True, cwd=ROOT, env=environment)
        for name in ("web", "worker")
    ]
    server = Server(f"http://localhost:{port}", processes[0], tmp_path)
    try:
        assert wait_until_ready(server)
        assert ended(server, press(server)) == "completed"
        assert_hashed(server)
    finally:
        for process in processes:
            process.terminate()
            process.wait(PATIENCE_SECONDS)


def assert_hashed(server: Server) -> None:
    """The script carries its hash and may be kept for ever."""
    page = requests.get(server.url, timeout=PATIENCE_SECONDS).text
    script = re.search(r"/static/bundle/app\.[0-9a-f]{12}\.js", page)
    assert script
    answer = requests.get(server.url + script[0], timeout=PATIENCE_SECONDS)
    assert (answer.status_code, "immutable" in answer.headers["Cache-Control"]) == (200, True)
