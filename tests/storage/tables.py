"""The tables of a file of SQLite, in whichever order they came."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MADE = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"


def tables(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as database:
        return sorted(part for name, sql in database.execute(MADE) for part in parts(name, sql))


def parts(name: str, sql: str) -> Iterator[str]:
    """The columns and constraints of a table by themselves, anything else whole."""
    if not sql.startswith("CREATE TABLE"):
        yield sql
        return
    depth, part = 0, ""
    for letter in sql.partition("(")[2].rpartition(")")[0] + ",":
        depth += (letter == "(") - (letter == ")")
        if letter == "," and not depth:
            # Integers have one size on SQLite, so no step that changed it made the table anew.
            yield f"{name} {re.sub('smallint', 'integer', part.strip())}"
            part = ""
        else:
            part += letter
