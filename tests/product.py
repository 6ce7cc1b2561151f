"""The product as a process of its own: started as a person starts it, on a free port."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests

from playground.web import static_build
from tests.migrated import put_migrated
from tests.once import KEPT, once
from tests.patience import PATIENCE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Session(requests.Session):
    """Keeps cookies, and no connection: one that waits for a busy test is closed by the server."""

    def __init__(self) -> None:
        super().__init__()
        self.headers["Connection"] = "close"


@dataclass
class Server:
    """The product as a person starts it, on an address of its own."""

    url: str
    process: subprocess.Popen[bytes]
    folder: Path

    def json(self, path: str) -> Any:
        return requests.get(self.url + path, timeout=PATIENCE_SECONDS).json()


def collected(folder: Path) -> dict[str, str]:
    """Put the static files there as an installation collects them; returns the settings."""
    kept = once(KEPT / f"static-{static_build.fingerprint()[:16]}", _collect)
    shutil.copytree(kept, folder / "static", dirs_exist_ok=True)
    return _settings(folder)


def _collect(folder: Path) -> Path:
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=os.environ | _settings(folder), check=True)
    return folder / "static"


def _settings(folder: Path) -> dict[str, str]:
    settings = {"DATA_DIR": str(folder), "STATIC_ROOT": str(folder / "static")}
    return settings | {"DJANGO_SETTINGS_MODULE": "playground.settings"}


def serve(folder: Path, **settings: str) -> Server:
    """Start the product at `PORT` or a free one, another one if somebody was quicker to take it."""
    if not settings.get("DATABASE_URL") and not (folder / "playground.db").exists():
        put_migrated(folder / "playground.db", settings.get("ACCESS", "local"))
    for _ in range(3):
        server = _started(folder, int(settings.get("PORT", 0)) or free_port(), settings)
        if wait_until_ready(server):
            return server
    raise AssertionError("the playground did not start")


def _started(folder: Path, port: int, settings: dict[str, str]) -> Server:
    base = {name: value for name, value in os.environ.items() if not name.startswith("WAVESPEED")}
    chosen = {"DATA_DIR": str(folder), "PORT": str(port), "LOG_LEVEL": "WARNING"}
    chosen |= {"FIND_LOCAL_SERVERS": "0"}  # whatever else this machine runs is no part of it
    chosen |= {"READER": "0"}  # but where a test is about it: reading takes seconds
    # Not those of the tests: playgrounds that share a queue take each other's messages.
    chosen |= {"DATABASE_URL": "", "REDIS_URL": ""}
    chosen |= {"STATIC_ROOT": str(folder / "static"), **settings}
    chosen.setdefault("DJANGO_SETTINGS_MODULE", "playground.settings")
    command = [sys.executable, str(ROOT / "manage.py"), "serve"]
    process = subprocess.Popen(command, env=base | chosen, cwd=ROOT)
    return Server(f"http://127.0.0.1:{port}", process, folder)


def wait_until_ready(server: Server) -> bool:
    """Wait for web and worker. False: the process ended before."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if server.process.poll() is not None:
            return False
        try:
            if server.json("/healthz")["worker"] == "ok":
                return True
        except (requests.ConnectionError, requests.Timeout):
            pass
        time.sleep(0.1)
    server.process.kill()
    raise AssertionError(f"the playground was not ready within {PATIENCE_SECONDS:.0f} seconds")


def stop(server: Server) -> None:
    server.process.terminate()
    server.process.wait(PATIENCE_SECONDS)


@contextmanager
def rows_of(folder: Path) -> Iterator[sqlite3.Connection]:
    """The database of the playground there, which waits until nobody else writes."""
    with closing(sqlite3.connect(folder / "playground.db", timeout=PATIENCE_SECONDS)) as rows, rows:
        yield rows
