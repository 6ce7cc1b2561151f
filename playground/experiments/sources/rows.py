"""What readers give: columns, and row by row the text in each."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playground.experiments.sources.file_names import MAX_INLINE, is_inline

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_ROWS = 10_000
MAX_COLUMNS = 100
MAX_VALUE = 100_000  # characters
_UNFIT = re.compile("[\0\ud800-\udfff]")


class SourceError(ValueError):
    """A file that cannot be read; its text says why, and what to do."""


@dataclass(frozen=True)
class SourceRow:
    """number: from 1, without the head. problem: a sentence on why it cannot be used as it is."""

    number: int
    values: dict[str, str] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True)
class Table:
    """rows: read as they are taken, once, and may raise SourceError in their middle.

    notes: sentences about the file as a whole. rules: plain JSON of those that it brings.
    """

    columns: tuple[str, ...]
    rows: Iterator[SourceRow]
    notes: tuple[str, ...] = ()
    rules: tuple[dict[str, Any], ...] = ()


def checked(rows: Iterator[SourceRow]) -> Iterator[SourceRow]:
    """Give the rows; values that cannot be kept are problems, and so are more than MAX_ROWS."""
    for row in rows:
        if row.number > MAX_ROWS:
            raise SourceError(f"There are more than {MAX_ROWS:,} rows. Part the file.")
        problem = row.problem or next(filter(None, map(_problem, row.values.items())), "")
        yield SourceRow(row.number, {} if problem else row.values, problem)


def _problem(entry: tuple[str, str]) -> str:
    name, value = entry
    most = MAX_INLINE if is_inline(value) else MAX_VALUE
    if len(value) > most:
        return f"“{name}” is longer than {most:,} characters."
    unfit = _UNFIT.search(value)  # a database takes neither
    return f"“{name}” has a sign that is no text." if unfit else ""


def as_text(value: Any) -> str:
    """Return a JSON value as the text of a cell: words as they are, anything else as JSON.

    Stops as soon as it is too long, since what is written once may stand for a million copies.
    """
    if value is None or isinstance(value, str):
        return value or ""
    text = ""
    try:
        for piece in json.JSONEncoder(ensure_ascii=False).iterencode(value):
            text += piece
            if len(text) > MAX_VALUE:
                break
    except RecursionError:
        raise SourceError("A value is too deep") from None
    return text
