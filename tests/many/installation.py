"""One product in many processes: web and workers that share a database, a queue and a folder."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tests.migrated import put_migrated, put_migrated_postgres
from tests.patience import PATIENCE_SECONDS
from tests.servers.processes import answers, end, free_port, until

if TYPE_CHECKING:
    from benchmarks.servers import Provider
    from tests.fakes.wavespeed import FakeWaveSpeed

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Code:
    """A version of the product: its checkout, and the Python that has its libraries."""

    root: Path
    python: str


TODAY = Code(ROOT, sys.executable)


@dataclass
class Web:
    """A gunicorn of ours. Its process leads a session, so that it can be killed whole."""

    process: subprocess.Popen[bytes]
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class Installation:
    """Starts the processes, and ends those that are still there when its block ends.

    `settings` are environment variables: DATABASE_URL, REDIS_URL and the like. `code` may be
    changed: what is started next is of that version.
    """

    def __init__(
        self, folder: Path, fake: FakeWaveSpeed | Provider, code: Code = TODAY, **settings: str
    ) -> None:
        self.folder, self.code = folder, code
        base = {"DATABASE_URL": "", "REDIS_URL": "", "ALLOWED_HOSTS": "", "TLS": "0", "DEBUG": "0"}
        base |= {"DATA_DIR": str(folder), "LOG_LEVEL": "WARNING", "RUNS_AT_ONCE": "64"}
        base |= {"DJANGO_SETTINGS_MODULE": "playground.settings", "SECRET_KEY": "many" * 20}
        base |= {"WAVESPEED_API_KEY": fake.key, "WAVESPEED_BASE_URL": fake.url}
        self.settings = base | {"WAVESPEED_CONCURRENCY": "32"} | settings
        self._started: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        access = self.settings.get("ACCESS", "local")
        if self.code != TODAY:
            self.migrate()
        elif self.settings["DATABASE_URL"]:
            put_migrated_postgres(self.settings["DATABASE_URL"], access)
        else:
            put_migrated(self.folder / "playground.db", access)
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._started:
            process.terminate()  # first all, so that they end side by side
        for process in self._started:
            end(process)

    @property
    def log(self) -> Path:
        """What all processes said."""
        return self.folder / "processes.log"

    @property
    def database_url(self) -> str:
        return self.settings["DATABASE_URL"] or f"sqlite:///{self.folder / 'playground.db'}"

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | self.settings

    def start(self, *words: str, **settings: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [self.code.python, *words],
                cwd=self.code.root,
                env=self.environment | settings,
                stdin=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )
        self._started.append(process)
        return process

    def migrate(self) -> None:
        """Raises AssertionError with what was said."""
        migrating = self.start("manage.py", "migrate", "--noinput", "-v0")
        assert migrating.wait(PATIENCE_SECONDS) == 0, self.log.read_text()[-4000:]

    def start_worker(self, *options: str, **settings: str) -> subprocess.Popen[bytes]:
        return self.start("manage.py", "worker", *options, **settings)

    def start_web(self, port: int = 0) -> Web:
        """Start a web process and wait until it listens."""
        port = port or free_port()
        words = ["-m", "gunicorn", "-c", "python:playground.server", "-b", f"127.0.0.1:{port}"]
        web = Web(self.start(*words, "playground.wsgi"), port)
        until(lambda: answers(("127.0.0.1", port)), "the web process listens")
        return web
