"""Tables of delimited text: CSV, TSV, and what spreadsheets call so."""

from __future__ import annotations

import csv
import re
from collections import Counter
from contextlib import suppress
from itertools import count
from typing import IO, TYPE_CHECKING
from unicodedata import normalize

from playground.experiments.sources.file_names import MAX_INLINE
from playground.experiments.sources.rows import MAX_COLUMNS, SourceError, SourceRow, Table, checked
from playground.experiments.sources.texts import open_text

if TYPE_CHECKING:
    from collections.abc import Iterator

DELIMITERS = ",;\t|"
csv.field_size_limit(MAX_INLINE)
LOOKED_AT = 20  # records by which the delimiter is known
_QUOTES = "A quotation mark is opened and not closed, or stands in a value without being doubled."
_OPEN = "A quotation mark is opened and not closed: all that follows in the file stands in it."
_LONG = (
    f"A value is longer than {csv.field_size_limit():,} characters, or a quotation mark is open."
)
MAX_LINE = 100_000  # characters of a line that are looked at for it
_SAID = re.compile(r'"?sep=(.)"?\r?\n?', re.IGNORECASE)  # how Excel says its delimiter


def read_delimited(stream: IO[bytes]) -> Table:
    """Return the table of a text whose first record names the columns."""
    text = open_text(stream)
    sample = [line for line in (text.file.readline(MAX_LINE) for _ in range(LOOKED_AT)) if line]
    text.file.seek(0)
    if said := _SAID.fullmatch(sample[0] if sample else ""):
        text.file.readline()
    delimiter = said[1] if said else _delimiter(sample)
    records = csv.reader(text.file, delimiter=delimiter, strict=True)
    try:
        head = next((record for record in records if any(map(str.strip, record))), None)
    except csv.Error as refused:
        raise SourceError(f"The head cannot be read: {refused}.") from None
    if head is None:
        raise SourceError("The file is empty. Its first line names the columns.")
    columns = _columns(head)
    return Table(columns, checked(_rows(records, columns)), text.notes)


def _delimiter(lines: list[str]) -> str:
    """Return the sign by which most records have as many fields as the head, and then the most."""
    return max(DELIMITERS, key=lambda sign: _fit(lines, sign))


def _fit(lines: list[str], sign: str) -> tuple[int, int]:
    sizes: list[int] = []
    with suppress(csv.Error):  # what stands before it counts
        for record in csv.reader(lines, delimiter=sign):
            sizes += [len(record)] if record else []
    most = sizes[0] if sizes else 0
    return (sizes.count(most) if most > 1 else 0, most)


def _columns(head: list[str]) -> tuple[str, ...]:
    names = [normalize("NFC", name.strip()) or f"Column {at}" for at, name in enumerate(head, 1)]
    twice = [name for name, n in Counter(names).items() if n > 1]
    if twice:
        raise SourceError(f"Two columns are called “{twice[0]}”. Give each its own name.")
    if len(names) > MAX_COLUMNS:
        raise SourceError(f"There are {len(names):,} columns, at most {MAX_COLUMNS} can be read.")
    return tuple(names)


def _rows(records: Iterator[list[str]], columns: tuple[str, ...]) -> Iterator[SourceRow]:
    for number in count(1):
        try:
            record = next(records)
        except StopIteration:
            return
        except csv.Error as refused:
            is_long = "limit" in str(refused)
            quotes = _OPEN if "end of data" in str(refused) else _QUOTES
            yield SourceRow(number, problem=_LONG if is_long else quotes)
            if is_long:
                return  # in the middle of a field: what follows are no rows
        else:
            if any(map(str.strip, record)):
                yield _row(number, record, columns)


def _row(number: int, record: list[str], columns: tuple[str, ...]) -> SourceRow:
    fields, surplus = record[: len(columns)], record[len(columns) :]
    if len(fields) < len(columns) or any(map(str.strip, surplus)):
        fields_said = f"{len(record)} field{'' if len(record) == 1 else 's'}"
        return SourceRow(number, problem=f"{fields_said}, the head has {len(columns)}.")
    return SourceRow(number, dict(zip(columns, map(str.strip, fields), strict=True)))
