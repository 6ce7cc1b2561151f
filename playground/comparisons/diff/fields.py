"""Answers that are JSON objects as one table: a row a field, a column an answer."""

from __future__ import annotations

import json
import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from playground.rendering.json_schema import MISSING, value_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MAX_ROWS, MAX_DEPTH = 2_000, 12  # what is deeper is one value, as JSON
DIFFERS, LACKING, WRONG = "differs", "missing", "wrong"


class WrittenNumber(str):
    """A number as it is written: 96.00 is not 96.0 on the page, and equal to it all the same."""

    __slots__ = ()


@dataclass(frozen=True)
class Cell:
    """text: as the table shows it. mark: DIFFERS, LACKING, WRONG or none; reason: why WRONG."""

    text: str
    is_number: bool = False
    mark: str = ""
    reason: str = ""

    @property
    def css(self) -> str:
        return {"": "", WRONG: "unfit"}.get(self.mark, "differs")

    @property
    def in_short(self) -> str:
        """Why it does not fit: `Not a number` where one was expected."""
        wanted = re.match(r"expected (\w+),", self.reason)
        short = (
            f"not {'an' if wanted[1][0] in 'aio' else 'a'} {wanted[1]}" if wanted else self.reason
        )
        return short[:1].upper() + short[1:40]


@dataclass(frozen=True)
class Row:
    """before: the path up to the last name. is_first: of an element of a list, or of the rest."""

    before: str
    name: str
    cells: list[Cell]
    differs: bool
    is_first: bool

    @property
    def path(self) -> str:
        return f"{self.before}{self.name}"


@dataclass(frozen=True)
class FieldTable:
    """are_objects: of each answer, whether it is a JSON object. is_cut: not all fields are here."""

    rows: list[Row]
    are_objects: list[bool]
    is_cut: bool

    @property
    def differing(self) -> int:
        return sum(row.differs for row in self.rows)


def field_table(answers: Sequence[str], errors: Sequence[Mapping[str, str]]) -> FieldTable:
    """Compare answers field by field. errors: of each, reasons by path."""
    values = [value_of(text, WrittenNumber) for text in answers]
    rows: list[Row] = []
    group, is_cut = None, False
    for path, here in _fields(values, (), MAX_DEPTH):
        if len(rows) == MAX_ROWS:
            is_cut = True
            break
        rows.append(_row(path, here, errors, is_first=path[:-1] != group or len(path) == 1))
        group = path[:-1]
    return FieldTable(rows, [isinstance(one, dict) for one in values], is_cut)


def _fields(
    values: Sequence[Any], path: tuple[str, ...], depth: int
) -> Iterator[tuple[tuple[str, ...], Sequence[Any]]]:
    """Give the fields of all answers, in the order in which they first come."""
    lists = [one for one in values if isinstance(one, list)]
    objects = [one for one in values if isinstance(one, dict)]
    if path and (lists or not objects or not depth):
        yield path, values
    if not depth:
        return
    for name in dict.fromkeys(name for one in objects for name in one):
        inner = [one.get(name, MISSING) if isinstance(one, dict) else MISSING for one in values]
        yield from _fields(inner, (*path, name), depth - 1)
    for at in range(max(map(len, lists), default=0)):
        inner = [one[at] if isinstance(one, list) and at < len(one) else MISSING for one in values]
        yield from _fields(inner, (*path, str(at)), depth - 1)


def _row(
    path: tuple[str, ...],
    values: Sequence[Any],
    errors: Sequence[Mapping[str, str]],
    *,
    is_first: bool,
) -> Row:
    whole, known = ".".join(path), [_compared(one) for one in values]
    (usual, most), *others = Counter(known).most_common()
    is_usual = not others or most > others[0][1]  # where as many say otherwise, nothing is usual
    cells = [
        _cell(value, said != usual or not is_usual, reasons.get(whole, ""))
        for value, said, reasons in zip(values, known, errors, strict=True)
    ]
    before = "".join(f"{name}." for name in path[:-1])
    return Row(before, path[-1], cells, bool(others), is_first)


def _compared(value: Any) -> str | Decimal:
    """Return what is the same for values that are: numbers by their size, a list by its length."""
    if value is MISSING:
        return ""
    if isinstance(value, WrittenNumber):
        with suppress(InvalidOperation):  # an exponent of twenty digits
            return Decimal(value)
    return f"{type(value).__name__} {_text(value)}"


def _cell(value: Any, differs: bool, reason: str) -> Cell:
    mark = WRONG if reason else (LACKING if value is MISSING else DIFFERS) if differs else ""
    text = _text(value)
    is_quoted = reason and type(value) is str  # where a number belongs, a text is seen to be one
    return Cell(
        json.dumps(value, ensure_ascii=False) if is_quoted else text,
        is_number=isinstance(value, WrittenNumber) or bool(is_quoted),
        mark=mark,
        reason=reason,
    )


def _text(value: Any) -> str:
    if value is MISSING:
        return ""
    if isinstance(value, list):
        return f"{len(value)} item{'' if len(value) == 1 else 's'}"
    return str(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
