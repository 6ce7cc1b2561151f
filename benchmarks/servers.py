"""The processes of a benchmark: the product, the bare pages, the fake provider. All on loopback."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests

from playground import server as gunicorn
from tests import product
from tests.servers.processes import answers, end, free_port, until

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]


class Provider:
    """The fake WaveSpeed in a process of its own, so that it does not share our interpreter."""

    key = "test-key"

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def configure(self, **settings: Any) -> None:
        self._control("settings", settings)

    def reset(self) -> None:
        self._control("reset", {"again": True})

    def submissions(self) -> list[dict[str, Any]]:
        """Return what was submitted, each with the moment at which it was finished."""
        made: list[dict[str, Any]] = self._state()["submissions"]
        return made

    def polls(self) -> int:
        return int(self._state()["counts"]["polls"])

    def _state(self) -> dict[str, Any]:
        state: dict[str, Any] = requests.get(f"{self.url}/_control/state", timeout=10).json()
        return state

    def _control(self, what: str, fields: dict[str, Any]) -> None:
        requests.post(f"{self.url}/_control/{what}", json=fields, timeout=10).raise_for_status()


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="playground-benchmark-") as name:
        yield Path(name)


@contextmanager
def _process(port: int, *words: str, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, *words],
        env=os.environ | settings,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        until(lambda: answers(("127.0.0.1", port)), f"{words[1]} listens")
        yield process
    finally:
        end(process)


@contextmanager
def provider() -> Iterator[Provider]:
    port = free_port()
    with _process(port, "-m", "tests.fakes.wavespeed", "--port", str(port), "--control"):
        yield Provider(port)


@contextmanager
def bare(provider: Provider | None = None) -> Iterator[product.Server]:
    """Give the bare pages, on as many threads as the product has."""
    port, threads = free_port(), str(gunicorn.threads)
    words = ["-m", "gunicorn", "-k", "gthread", "--threads", threads, "--keep-alive", "5"]
    words += ["--log-level", "warning", "-b", f"127.0.0.1:{port}", "benchmarks.bare"]
    with folder() as data:
        given = {"BARE_FOLDER": str(data), "BARE_PROVIDER": provider.url if provider else ""}
        with _process(port, *words, **given) as process:
            yield product.Server(f"http://127.0.0.1:{port}", process, data)


@contextmanager
def playground(provider: Provider, **settings: str) -> Iterator[product.Server]:
    """Give the product as `make run` starts it: one process, on SQLite, static files collected."""
    given = {"WAVESPEED_API_KEY": provider.key, "WAVESPEED_BASE_URL": provider.url}
    given |= {"WAVESPEED_CONCURRENCY": "12"} | settings
    with ExitStack() as ends:
        data = ends.enter_context(folder())
        server = product.serve(data, **product.collected(data), **given)
        ends.callback(product.stop, server)
        yield server
