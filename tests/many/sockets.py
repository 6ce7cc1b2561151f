"""Which sockets a process holds, as the system tells it."""

from __future__ import annotations

import contextlib
from pathlib import Path


def children(pid: int) -> list[int]:
    """Return the processes that a process started."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(word) for task in tasks for word in task.read_text().split()]


def threads(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


def connected_to(pid: int, port: int) -> set[str]:
    """Return the sockets of a process that lead to a port of this machine, by their inodes."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    leading = {row[9] for row in rows if int(row[2].split(":")[1], 16) == port}
    return leading & _held(pid)


def _held(pid: int) -> set[str]:
    found = set()
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            found.add(str(entry.readlink()).removeprefix("socket:[").removesuffix("]"))
    return found
