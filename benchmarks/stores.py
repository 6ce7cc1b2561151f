"""Where a benchmark keeps its rows and its queue: a folder, or private servers beside it."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.servers import postgres_server, redis_server

if TYPE_CHECKING:
    from collections.abc import Iterator

KINDS = ("sqlite", "postgres", "postgres-only")  # the last: the queue is in PostgreSQL as well


@contextmanager
def store(kind: str) -> Iterator[tuple[Path, dict[str, str]]]:
    """Give a folder for the data and the settings that name the servers."""
    with ExitStack() as ends:
        folder = ends.enter_context(tempfile.TemporaryDirectory(prefix="playground-benchmark-"))
        settings = {"DATABASE_URL": "", "REDIS_URL": ""}
        if kind != "sqlite":
            server = ends.enter_context(postgres_server(durable=True))
            settings["DATABASE_URL"] = server.create_database("playground")
        if kind == "postgres":
            settings["REDIS_URL"] = ends.enter_context(redis_server())
        yield Path(folder), settings
