"""A private PostgreSQL: a cluster in a folder of its own, on a free loopback port."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from tests.servers.packages import program
from tests.servers.processes import end, free_port, until

if TYPE_CHECKING:
    from collections.abc import Iterator

BINARIES = "usr/lib/postgresql/*/bin"
HASTY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass
class PostgresServer:
    """Where it listens. Ends with the block that started it.

    folder: also where its socket is. options: further settings, as `name=value`.
    """

    folder: Path
    program: str
    options: tuple[str, ...]
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def url(self, database: str) -> str:
        return f"postgresql://playground@127.0.0.1:{self.port}/{database}"

    def create_database(self, name: str) -> str:
        """Make an empty database; returns its DATABASE_URL."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return self.url(name)

    def end_connections(self, database: str) -> int:
        """Cut everybody off who is connected to it, as a failover does; returns how many."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
            return len(connection.execute(cut, (database,)).fetchall())

    def start(self) -> None:
        settings = [f"port={self.port}", "listen_addresses=127.0.0.1", *self.options]
        settings += [f"unix_socket_directories={self.folder}", "max_connections=100"]
        command = [self.program, "-D", str(self.folder / "data")]
        command += [word for one in settings for word in ("-c", one)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stderr=log, **_as_postgres(self.folder))
        until(self._is_ready, "PostgreSQL answers")

    def stop(self) -> None:
        if self.process:
            end(self.process, signal.SIGINT)  # its word for: do not wait for clients

    def _is_ready(self) -> bool:
        if self.process and self.process.poll() is not None:
            raise RuntimeError(f"PostgreSQL ended at its start with {self.process.returncode}")
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def postgres_server(*, durable: bool = False, tls: bool = False) -> Iterator[PostgresServer]:
    """Start one. Not durable: without fsync, for tests in which no power is cut.

    tls: with a certificate for 127.0.0.1 that it signed itself, `certificate.pem` in its folder.
    Raises MissingServerError.
    """
    initdb = program("initdb", "postgresql", BINARIES)
    folder = Path(tempfile.mkdtemp(prefix="playground-postgres-"))
    options = (*(() if durable else HASTY), *(_with_certificate(folder) if tls else ()))
    server = PostgresServer(folder, str(Path(initdb).with_name("postgres")), options)
    try:
        _give_away(folder)
        command = [initdb, "-D", str(folder / "data"), "-U", "playground", "-A", "trust"]
        command += ["--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **_as_postgres(folder))
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _with_certificate(folder: Path) -> tuple[str, ...]:
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-keyout", str(key)]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    key.chmod(0o600)
    return "ssl=on", f"ssl_cert_file={certificate}", f"ssl_key_file={key}"


def _as_postgres(folder: Path) -> dict[str, Any]:
    """How its programs are started: they refuse to run as root, so as Debian's user for them."""
    if os.geteuid() != 0:
        return {"cwd": folder}
    return {"cwd": folder, "user": "postgres", "group": "postgres", "extra_groups": []}


def _give_away(folder: Path) -> None:
    if os.geteuid() == 0:
        for path in (folder, *folder.iterdir()):
            shutil.chown(path, "postgres", "postgres")
