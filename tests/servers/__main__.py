"""Runs a command beside private servers: python -m tests.servers --postgres --redis -- COMMAND."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from tests.servers import MissingServerError, postgres_server, redis_server


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.servers", description=__doc__)
    parser.add_argument("--postgres", action="store_true", help="sets DATABASE_URL")
    parser.add_argument("--redis", action="store_true", help="sets REDIS_URL")
    parser.add_argument("command", nargs="+")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers end, too
    try:
        with ExitStack() as servers:
            return _run(given.command, _environment(servers, given.postgres, given.redis))
    except MissingServerError as error:
        print(error, file=sys.stderr)
        return 1


def _environment(servers: ExitStack, postgres: bool, redis: bool) -> dict[str, str]:
    beside = Path(sys.executable).parent
    environment = {"PATH": f"{beside}{os.pathsep}{os.environ.get('PATH', '')}"}
    if postgres:
        server = servers.enter_context(postgres_server())
        environment["DATABASE_URL"] = server.create_database("playground")
    if redis:
        environment["REDIS_URL"] = servers.enter_context(redis_server())
    return os.environ | environment


def _run(command: list[str], environment: dict[str, str]) -> int:
    process = subprocess.Popen(command, env=environment)
    try:
        return process.wait()
    except KeyboardInterrupt:
        return process.wait()  # the terminal sent it Ctrl-C as well
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    sys.exit(main())
