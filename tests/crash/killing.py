"""Kills a playground with all that it started, as a power cut does."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

from tests.many.sockets import children

if TYPE_CHECKING:
    from tests.product import Server


def kill(server: Server) -> None:
    """Kill the arbiter first, so that it starts nothing anew, and then what it had started."""
    processes = children(server.process.pid)
    server.process.kill()
    server.process.wait()
    for one in processes:
        os.kill(one, signal.SIGKILL)
