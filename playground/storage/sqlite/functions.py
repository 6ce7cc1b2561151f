"""What the triggers of the search call on SQLite: every connection that writes has to know it."""

import sqlite3
from typing import Any

from playground.storage.writing_systems import is_unspaced, parted


def teach(connection: sqlite3.Connection) -> None:
    """Let a new connection part scripts without spaces; see runs/search/schema.py."""
    connection.create_function("playground_parted", 1, _parted, deterministic=True)
    connection.create_function("playground_is_unspaced", 1, _is_unspaced, deterministic=True)


def teach_others(connection: Any, **_signal: Any) -> None:
    """Teach a connection of Django's own backend; ours knows it, also when it is passed on."""
    if connection.vendor == "sqlite" and not getattr(connection, "knows_scripts", False):
        teach(connection.connection)


def _parted(text: str | None) -> str | None:
    return parted(text) if isinstance(text, str) else text


def _is_unspaced(text: str | None) -> bool:
    return isinstance(text, str) and is_unspaced(text)
