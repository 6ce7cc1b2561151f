"""Runs the fake as a process of its own, on loopback, until it is interrupted."""

from __future__ import annotations

import argparse
import contextlib
import sys
import threading

from tests.fakes.wavespeed.server import FakeWaveSpeed


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.wavespeed")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds until a run completes")
    parser.add_argument("--queue-time", type=float, default=0.0, help="seconds spent as created")
    parser.add_argument("--key", default="test-key")
    parser.add_argument("--control", action="store_true", help="allow /_control/")
    given = parser.parse_args()
    settings = {"delay": given.delay, "queue_time": given.queue_time}
    with FakeWaveSpeed(port=given.port, key=given.key, control=given.control, **settings) as fake:
        sys.stdout.write(f"{fake.url}\n")
        sys.stdout.flush()
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
