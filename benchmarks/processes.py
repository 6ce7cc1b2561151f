"""What the system says of processes: who started whom, how long they computed, what they hold."""

from __future__ import annotations

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[int]:
    """Return the process and whoever it started, and so on."""
    found = [pid]
    for one in found:
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            found += [int(word) for word in task.read_text().split()]
    return found


def command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def computed(pid: int) -> float:
    """Seconds of CPU of a process and of whoever it started, those that have ended included."""
    total = 0.0
    for one in family(pid):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        total += sum(map(int, fields[11:15])) / TICKS
    return total


def megabytes(pid: int) -> tuple[float, float]:
    """Return what is resident, and its proportional share: pages held in common are divided."""
    sizes = _sizes(pid)
    return sizes["Rss"] / 1024, sizes["Pss"] / 1024


def own_megabytes(pid: int) -> float:
    """Return what is no page of a file: the part that grows, whoever else has the files open."""
    return _sizes(pid)["Pss_Anon"] / 1024


def _sizes(pid: int) -> dict[str, int]:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return {line.split(":")[0]: int(line.split()[1]) for line in lines[1:]}
