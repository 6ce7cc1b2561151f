"""Django's PostgreSQL backend; web and worker processes pass few connections on among threads."""

from __future__ import annotations

import select
from typing import TYPE_CHECKING, Any

from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus

from playground.storage.shared_connections import Connections, PassesOn

if TYPE_CHECKING:
    import psycopg

MAX_CONNECTIONS = 10  # of one process; docs/deployment.md counts with it


def is_there(connection: psycopg.Connection[Any]) -> bool:
    """Whether the server still holds its end of an idle connection. Asks nobody.

    The server says nothing to an idle connection until it ends it.
    """
    if connection.closed:
        return False
    idle = select.poll()
    idle.register(connection.fileno(), select.POLLIN)
    return not idle.poll(0)


class DatabaseWrapper(PassesOn, base.DatabaseWrapper):
    kept = Connections(MAX_CONNECTIONS, 10.0, strict=True)

    def is_there(self, connection: psycopg.Connection[Any]) -> bool:
        return is_there(connection)

    def is_sound(self) -> bool:
        idle = self.connection.info.transaction_status == TransactionStatus.IDLE
        return bool(idle and not self.in_atomic_block)
