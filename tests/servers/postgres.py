"""A private PostgreSQL: a cluster in a folder of its own, on a free loopback port."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from tests.servers.packages import program
from tests.servers.processes import end, free_port, until

if TYPE_CHECKING:
    from collections.abc import Iterator

BINARIES = "usr/lib/postgresql/*/bin"
HASTY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass(frozen=True)
class PostgresServer:
    """Where it listens. Ends with the block that started it."""

    port: int

    def url(self, database: str) -> str:
        return f"postgresql://playground@127.0.0.1:{self.port}/{database}"

    def create_database(self, name: str) -> str:
        """Make an empty database; returns its DATABASE_URL."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return self.url(name)


@contextmanager
def postgres_server(*, durable: bool = False) -> Iterator[PostgresServer]:
    """Start one. Not durable: without fsync, for tests in which no power is cut.

    Raises MissingServerError.
    """
    initdb = program("initdb", "postgresql", BINARIES)
    folder = Path(tempfile.mkdtemp(prefix="playground-postgres-"))
    try:
        _give_away(folder)
        data = folder / "data"
        command = [initdb, "-D", str(data), "-U", "playground", "-A", "trust", "--no-sync"]
        command += ["--encoding=UTF8", "--locale=C.UTF-8"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **_as_postgres(folder))
        with _running(str(Path(initdb).with_name("postgres")), data, durable) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running(postgres: str, data: Path, durable: bool) -> Iterator[PostgresServer]:
    server = PostgresServer(free_port())
    settings = [f"port={server.port}", "listen_addresses=127.0.0.1", "unix_socket_directories="]
    settings += ["max_connections=100", *(() if durable else HASTY)]
    command = [postgres, "-D", str(data), *(word for one in settings for word in ("-c", one))]
    with (data.parent / "log").open("wb") as log:
        process = subprocess.Popen(command, stderr=log, **_as_postgres(data.parent))
    try:
        until(lambda: _ready(server, process), 30, "PostgreSQL answers")
        yield server
    finally:
        end(process, signal.SIGINT)  # its word for: do not wait for clients


def _ready(server: PostgresServer, process: subprocess.Popen[bytes]) -> bool:
    if process.poll() is not None:
        raise RuntimeError(f"PostgreSQL ended at its start with code {process.returncode}")
    try:
        psycopg.connect(server.url("postgres"), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _as_postgres(folder: Path) -> dict[str, Any]:
    """How its programs are started: they refuse to run as root, so as Debian's user for them."""
    if os.geteuid() != 0:
        return {"cwd": folder}
    return {"cwd": folder, "user": "postgres", "group": "postgres", "extra_groups": []}


def _give_away(folder: Path) -> None:
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
