"""Starts the process that reads, hands it images, and says what became of it where it ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from playground.reading.engine import OVER_MEMORY, receive, send
from playground.reading.lines import Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Arm = Callable[[Callable[[], None]], None]

NAME = "RapidOCR 3.10, PP-OCRv6 small"
LIBRARIES = ("onnxruntime", "rapidocr")
TRIES = 2  # a process that ended by itself had nothing to do for a minute just then
ROOT = Path(__file__).resolve().parents[2]
# Of the environment: no key or address of the product's is a business of the reader.
PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH", "OPENBLAS_CORETYPE")


class ReadingError(Exception):
    """An image that was not read. Its text says why, in a sentence."""


class ReadingStopped(ReadingError):  # noqa: N818 - nothing went wrong
    """Somebody asked for its end."""


@dataclass(frozen=True)
class Bounds:
    """seconds: for one image. idle_seconds: without work until the process ends."""

    seconds: int = 20
    idle_seconds: int = 60
    megabytes: int = 1200


def missing_library() -> str:
    """Return what of the reader is not installed here; nothing where all is. Loads none of it."""
    return next((name for name in LIBRARIES if not _is_here(name)), "")


@cache
def _is_here(name: str) -> bool:
    """Look once: every page with models asks, and what is installed later needs a restart."""
    return find_spec(name) is not None


class Reader:
    """Reads images in one process, which is there only while there is work.

    lock: a file by which the readers of this machine take turns.
    """

    def __init__(self, lock: Path, bounds: Bounds | None = None) -> None:
        self._lock, self._bounds = lock, bounds or Bounds()
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, data: bytes, arm: Arm | None = None) -> Reading:
        """Return what is written in an image. Raises ReadingError.

        arm: is told how to end this from another thread.
        """
        if name := missing_library():
            raise ReadingError(f"The reader is not here: {name} is not installed.")
        stopped = threading.Event()
        with self._turn:
            for _ in range(TRIES):
                process = self._running()
                with _ending(process, stopped, arm):
                    answer = _asked(process, data)
                if answer is not None:
                    return _reading(answer)
                self._why_ended(process, stopped)
        raise ReadingError("The reader's process was ended twice while it read this image.")

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.end()
            self._process = self._started()
        return self._process

    def _started(self) -> subprocess.Popen[bytes]:
        bounds = self._bounds
        numbers = (bounds.seconds, bounds.idle_seconds, bounds.megabytes * 1024 * 1024)
        command = [sys.executable, "-m", "playground.reading.engine", str(self._lock)]
        given = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        process = subprocess.Popen(  # noqa: S603 - our own module
            [*command, *map(str, numbers)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env=given | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            start_new_session=True,  # Ctrl-C is for who started it
        )
        threading.Thread(target=process.wait, daemon=True).start()  # leaves no dead entry behind
        return process

    def _why_ended(self, process: subprocess.Popen[bytes], stopped: threading.Event) -> None:
        """Raise ReadingError where another try would end alike."""
        code = process.wait()
        if stopped.is_set():
            raise ReadingStopped("Reading was stopped.")
        if code == -signal.SIGALRM:
            raise ReadingError(f"The reader was stopped after {self._bounds.seconds} seconds.")
        if code == OVER_MEMORY:
            most = self._bounds.megabytes
            raise ReadingError(f"The reader was stopped: it took more than {most:,} MB of memory.")

    def end(self) -> None:
        """End the process, whatever it does."""
        if process := self._process:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):
                    cast("IO[bytes]", pipe).close()
            self._process = None


@contextmanager
def _ending(
    process: subprocess.Popen[bytes], stopped: threading.Event, arm: Arm | None
) -> Iterator[None]:
    """Let another thread end the process while it reads; the next image is somebody else's."""

    def end() -> None:
        stopped.set()
        process.kill()

    if arm:
        arm(end)
    yield
    if arm:
        arm(stopped.set)


def _asked(process: subprocess.Popen[bytes], data: bytes) -> bytes | None:
    """Return the answer of the process, or None where it ended."""
    try:
        send(cast("IO[bytes]", process.stdin), data)  # type: ignore[arg-type]
    except OSError:
        return None
    return receive(cast("IO[bytes]", process.stdout))  # type: ignore[arg-type]


def _reading(answer: bytes) -> Reading:
    value = json.loads(answer)
    if why_not := value.get("why_not"):
        raise ReadingError(why_not)
    return Reading.from_json(value)
