"""What befalls an installation while people use it: processes are killed, servers start again.

The fake's own list of accepted submissions is what is believed about submissions.
"""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from contextlib import ExitStack
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.many.rows import all_ended, read
from tests.many.sockets import children
from tests.servers.processes import until
from tests.servers.redis import redis_server

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.wavespeed import FakeWaveSpeed
    from tests.many.crowd import Crowd, Result
    from tests.many.installation import Installation
    from tests.servers import PostgresServer


class Storm:
    """Of one installation with a PostgreSQL of its own, and perhaps a Redis. Enter before use.

    away: seconds that a server stays away before it starts again.
    """

    def __init__(self, postgres: PostgresServer, *, with_redis: bool, away: float = 0.0) -> None:
        self._postgres, self._ends, self._away = postgres, ExitStack(), away
        self.settings = {"DATABASE_URL": postgres.create_database("playground"), "REDIS_URL": ""}
        if with_redis:
            self.settings["REDIS_URL"] = self._ends.enter_context(redis_server())

    def __enter__(self) -> Storm:
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.close()

    def start(self, product: Installation) -> None:
        self._product = product
        self._web, self._worker = product.start_web(), product.start_worker()

    @property
    def url(self) -> str:
        return self._web.url

    def rage(self, crowd: Crowd) -> None:
        """Let one thing after the other happen; each has to heal before the next one comes."""
        for deed in self.deeds:
            deed()
            until(crowd.is_served, f"pages and an answer after: {deed.__name__}")

    @property
    def deeds(self) -> list[Callable[[], None]]:
        all_ = [self.kill_a_child, self.kill_the_master, self.kill_the_worker]
        all_ += [self.cut_the_connections, self.restart_postgres]
        return [*all_, self.restart_redis] if self.settings["REDIS_URL"] else all_

    def kill_a_child(self) -> None:
        os.kill(children(self._web.process.pid)[0], signal.SIGKILL)

    def kill_the_master(self) -> None:
        """Its children make room for another at once, and leave by themselves."""
        orphans = children(self._web.process.pid)
        self._web.process.kill()
        self._web.process.wait()
        self._web = self._product.start_web(self._web.port)
        until(lambda: not any(map(_is_alive, orphans)), "the children left as well")

    def kill_the_worker(self) -> None:
        self._worker.kill()
        self._worker.wait()
        self._worker = self._product.start_worker("--instead-of", str(self._worker.pid))

    def cut_the_connections(self) -> None:
        self._postgres.end_connections("playground")

    def restart_postgres(self) -> None:
        self._postgres.stop()
        time.sleep(self._away)
        self._postgres.start()

    def restart_redis(self) -> None:
        port = urlsplit(self.settings["REDIS_URL"]).port
        self._ends.close()
        time.sleep(self._away)
        self._ends.enter_context(redis_server(port))


def _is_alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123 - no file of ours
            return file.read().rpartition(") ")[2][0] != "Z"
    except FileNotFoundError:
        return False


def damage(product: Installation, fake: FakeWaveSpeed, said: Result) -> dict[str, list[str]]:
    """Wait until every run has ended; return what was lost, doubled, failed or confused."""
    until(lambda: all_ended(product.database_url), "every run has ended")
    rows = read(product.database_url)
    count = Counter(row.prompt for row in rows)
    sent = Counter(made.body["prompt"] for made in fake.submissions)
    ended = [row for row in rows if row.status == "completed"]
    found = {
        "lost": sorted(set(said.pressed) - set(count)),
        "twice": sorted(name for name in count if count[name] > 1 or sent[name] > 1),
        "failed": [row.prompt for row in rows if row.status not in {"completed", "unknown"}],
        "confused": [row.prompt for row in ended if row.prompt not in row.output],
    }
    return {name: prompts for name, prompts in found.items() if prompts}
