"""Copies a SQLite database while it is in use, and keeps the newest three copies.

A PostgreSQL database is backed up by its own tools: see docs/deployment.md.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from playground.storage.folder import put_in_place

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

MAX_BACKUPS = 3


def folder() -> Path:
    return Path(settings.DATA_DIR) / "backups"


def back_up(connection: BaseDatabaseWrapper) -> Path | None:
    """Return the copy that was made; None where there is no file, or nothing in it, to copy.

    Raises OSError or DatabaseError where it could not be made; no half copy is left behind.
    """
    source = _file(connection)
    if not source or not connection.introspection.table_names():
        return None
    made = folder() / f"{source.stem}-{datetime.now(UTC):%Y%m%dT%H%M%S-%f}Z.db"
    made.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = made.with_suffix(".part")
    try:
        # Made first, so that it is never readable by others; VACUUM INTO takes an empty file.
        os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(unfinished)])
        put_in_place(unfinished, made)  # VACUUM INTO waits for no disk
    finally:
        unfinished.unlink(missing_ok=True)
    _forget_old(source.stem)
    return made


def _file(connection: BaseDatabaseWrapper) -> Path | None:
    """Return the file of a SQLite database that is not in memory."""
    if connection.vendor != "sqlite":
        return None
    path = Path(str(connection.settings_dict["NAME"]))
    return path if path.is_file() else None


def _forget_old(stem: str) -> None:
    copies = sorted(folder().glob(f"{stem}-*Z.db"))
    for old in copies[:-MAX_BACKUPS]:
        old.unlink(missing_ok=True)
