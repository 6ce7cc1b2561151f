"""LISTEN, where it gets through: a pooler may lend a session for one transaction only."""

from __future__ import annotations

import contextlib
import uuid
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import psycopg

NOTIFY_TIMEOUT_SECONDS = 2.0  # in which a notification that gets through at all is heard


def listen(connection: psycopg.Connection[Any], channel: str, connect: Callable[[], Any]) -> bool:
    """Listen to a channel; False where nothing would be heard. connect: opens another one.

    A probe is sent only where a pooler stands in between. The connections commit by themselves.
    """
    row = connection.execute("select pg_backend_pid()").fetchone()
    if row and row[0] != connection.info.backend_pid and not _hears(connection, connect):
        return False
    connection.execute(f'listen "{channel}"')
    return True


def _hears(connection: psycopg.Connection[Any], connect: Callable[[], Any]) -> bool:
    probe = f"probe.{uuid.uuid4().hex}"
    connection.execute(f'listen "{probe}"')
    with contextlib.closing(connect()) as other:
        other.execute("select pg_notify(%s, '')", (probe,))
    heard = bool(list(connection.notifies(timeout=NOTIFY_TIMEOUT_SECONDS, stop_after=1)))
    connection.execute(f'unlisten "{probe}"')
    return heard
