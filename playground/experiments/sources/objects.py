"""JSON Lines, and JSON files with a list of cases: an object a case, a name a column."""

from __future__ import annotations

import json
from typing import IO, TYPE_CHECKING, Any

from playground.experiments.sources.columns import as_column
from playground.experiments.sources.foreign import as_case
from playground.experiments.sources.rows import (
    MAX_COLUMNS,
    SourceError,
    SourceRow,
    Table,
    as_text,
    checked,
)
from playground.experiments.sources.texts import open_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NESTED = ("variables", "vars")  # whose names are columns themselves
LISTED = ("images", "image", "files", "tags")  # several in one cell, parted by semicolons
_NO_OBJECT = "This is no JSON object."


def read_lines(stream: IO[bytes]) -> Table:
    """Return the table of a file with an object in each line. It is read twice: for names first."""
    text = open_text(stream)
    notes: set[str] = set()
    columns = _columns(values for values, _ in (_read(line, notes) for line in text.file) if values)
    text.file.seek(0)
    lines = ((number, line) for number, line in enumerate(text.file, 1) if line.strip())
    rows = (_row(number, *_read(line, set())) for number, line in lines)
    return Table(columns, checked(rows), (*text.notes, *sorted(notes)))


def read_list(cases: list[Any], written: list[Any], notes: tuple[str, ...]) -> Table:
    """Return the table of a list that was read already. written: with its numbers as text."""
    said: set[str] = set()
    pairs = zip(cases, written, strict=True)
    found = [_values(one, text, said) for one, text in pairs]
    columns = _columns(values for values in found if values)
    rows = (_row(number, values, _NO_OBJECT) for number, values in enumerate(found, 1))
    return Table(columns, checked(rows), (*notes, *sorted(said)))


def _row(number: int, values: dict[str, str] | None, problem: str) -> SourceRow:
    return SourceRow(number, values or {}, "" if values else problem)


def _columns(rows: Iterable[dict[str, str]]) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for row in rows:
        names.update(dict.fromkeys(row))
        if len(names) > MAX_COLUMNS:
            raise SourceError(f"The cases have more than {MAX_COLUMNS} different names.")
    if not names:
        raise SourceError(
            "There is no case in the file: an object in each line, or a list of some."
        )
    return tuple(names)


def _read(line: str, notes: set[str]) -> tuple[dict[str, str] | None, str]:
    """Return the values of a line, or why it has none."""
    try:
        case, written = load(line)
    except ValueError as refused:
        return None, f"This is no JSON: {refused}."
    return _values(case, written, notes), _NO_OBJECT


def _values(case: Any, written: Any, notes: set[str]) -> dict[str, str] | None:
    return dict(_cells(*as_case(case, written, notes))) if isinstance(case, dict) else None


def load(text: str) -> tuple[Any, Any]:
    """Return JSON, and once more with each number as it is written: 9.60 and not 9.6."""
    try:
        return json.loads(text), json.loads(
            text, parse_float=str, parse_int=str, parse_constant=str
        )
    except RecursionError:
        raise ValueError("it is too deep") from None
    except json.JSONDecodeError:
        raise
    except ValueError:  # of Python, which reads no more than 4,300 digits
        raise ValueError("one of its numbers is too long") from None


def _cells(case: dict[str, Any], written: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in case.items():
        if name in NESTED and isinstance(value, dict):
            yield from (
                (as_column(key), _text(one, written[name][key])) for key, one in value.items()
            )
        elif name in LISTED and isinstance(value, list):
            yield name, "; ".join(map(as_text, value))
        else:
            yield name, _text(value, written[name])


def _text(value: Any, written: Any) -> str:
    return written if isinstance(written, str) and not isinstance(value, str) else as_text(value)
