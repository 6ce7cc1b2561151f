"""A private PgBouncer in front of a PostgreSQL: it lends a session for one transaction."""

from __future__ import annotations

import os
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.servers.packages import program
from tests.servers.processes import answers, end, free_port, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.servers.postgres import PostgresServer

SETTINGS = """
[databases]
* = host=127.0.0.1 port={behind} user=playground
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 8
max_client_conn = 200
"""


@contextmanager
def pgbouncer(server: PostgresServer) -> Iterator[int]:
    """Start one; gives its port. Raises MissingServerError."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="playground-pgbouncer-") as folder:
        file = Path(folder, "pgbouncer.ini")
        file.write_text(SETTINGS.format(behind=server.port, port=port))
        Path(folder).chmod(0o755)
        command = [program("pgbouncer", "pgbouncer", "usr/sbin"), str(file)]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL, **_as_postgres())
        try:
            until(lambda: answers(("127.0.0.1", port)), "PgBouncer answers")
            yield port
        finally:
            end(process)


def _as_postgres() -> dict[str, Any]:
    """It refuses to run as root."""
    as_other = {"user": "postgres", "group": "postgres", "extra_groups": []}
    return as_other if os.geteuid() == 0 else {}
