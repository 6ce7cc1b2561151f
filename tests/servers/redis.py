"""A private Redis: on a free loopback port, keeping nothing on disk."""

from __future__ import annotations

import subprocess
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.servers.packages import program
from tests.servers.processes import answers, end, free_port, until

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def redis_server(port: int | None = None) -> Iterator[str]:
    """Start one; gives its REDIS_URL. port: of one that ended. Raises MissingServerError."""
    port = port or free_port()
    command = [program("redis-server", "redis-server"), "--port", str(port), "--bind", "127.0.0.1"]
    with tempfile.TemporaryDirectory(prefix="playground-redis-") as folder:
        command += ["--save", "", "--appendonly", "no", "--dir", folder, "--loglevel", "warning"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            until(lambda: answers(("127.0.0.1", port)), "Redis answers")
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            end(process)
