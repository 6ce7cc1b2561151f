"""Keeps one worker process beside the web process of a local playground.

The worker runs in a session of its own, so that Ctrl-C reaches it through us alone, and holds our
pipe as its input: when this process is killed, the pipe closes and the worker leaves by itself.
"""

from __future__ import annotations

import logging
import os
import subprocess
import threading

from playground.config.locations import START

logger = logging.getLogger(__name__)

# Hundreds of threads that mostly wait: glibc would give them a heap each, up to eight a processor.
FRUGAL = {"MALLOC_ARENA_MAX": "2"}
RESTART_AFTER = 1.0  # seconds
STOP_TIMEOUT_SECONDS = 9.0  # for a worker to hand over its runs before it is killed


class WorkerKeeper:
    """Starts the worker, starts it again when it dies, ends it when the web process ends."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="worker-keeper", daemon=True)

    def start(self) -> None:
        self._process = self._spawn()
        self._thread.start()

    def _spawn(self, dead: int | None = None) -> subprocess.Popen[bytes]:
        command = [*START, "worker", "--supervised"]
        if dead:
            command += ["--instead-of", str(dead)]
        return subprocess.Popen(  # noqa: S603 - our own command
            command, stdin=subprocess.PIPE, start_new_session=True, env=os.environ | FRUGAL
        )

    def _keep(self) -> None:
        while self._process:
            self._process.wait()
            if self._ending.wait(RESTART_AFTER):
                return
            logger.warning("the worker ended; starting another")
            self._process = self._spawn(dead=self._process.pid)

    def stop(self) -> None:
        """End the worker: politely, then for good. May be called twice."""
        self._ending.set()
        process = self._process
        if not process or process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
