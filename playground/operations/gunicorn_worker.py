"""gunicorn's web process with threads, which makes room as soon as its master is gone."""

from __future__ import annotations

from gunicorn.workers.gthread import ThreadWorker


class Worker(ThreadWorker):
    def is_parent_alive(self) -> bool:
        """Ask every second. Once it is gone this process ends as one that was asked to.

        gunicorn's own would answer on connections that are kept open until its grace is over, and
        occupy the port, so that no other master could start.
        """
        if super().is_parent_alive():
            return True
        self.set_accept_enabled(False)
        for listener in self.sockets:
            listener.close()
        self.alive = False  # so connections end with their next answer, and held polls at once
        return False
