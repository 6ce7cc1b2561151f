"""The process of a local playground: gunicorn's web process, with the worker's threads inside.

gunicorn's arbiter starts another one when it dies, and ends it with Ctrl-C.
"""

import threading
from typing import Any

from playground.operations import gunicorn_worker

dead: list[int] = []  # processes of this playground, which the arbiter noted before it forked


class Worker(gunicorn_worker.Worker):
    stopping: threading.Event | None = None

    def run(self) -> None:
        from django.db import connection

        from playground.operations import worker_threads  # not before Django is set up

        # A request gives its connection back, or a crowd of them would leave none to the runs.
        connection.settings_dict["CONN_MAX_AGE"] = 0
        for pid in dead:
            worker_threads.release_dead(pid)
        with worker_threads.running() as self.stopping:
            super().run()

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Let both end side by side: what is polled is handed over while answers are sent."""
        if self.stopping:
            self.stopping.set()
        super().handle_exit(sig, frame)

    def handle_quit(self, sig: int, frame: Any) -> None:
        """Ctrl-C reaches this process too: it is no reason to leave a run in the air."""
        self.handle_exit(sig, frame)
