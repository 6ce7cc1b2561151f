"""Queries whose SQL is written once: Django writes it several times longer than the database reads.

For the few that are asked for each run and each poll, and for no others.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.db.models import QuerySet

    Row = tuple[Any, ...]
    Build = Callable[..., QuerySet[Any, Row]]

# What stands for a parameter while its SQL is written: values that nothing else in a query has.
STANDS_FOR = {
    uuid.UUID: uuid.UUID("5f0d3c1e-8a44-4c1b-9d0e-6b7a2f9c1d38"),
    datetime: datetime(1971, 2, 3, 4, 5, 6, 789012, tzinfo=UTC),
    str: "5f0d3c1e stands for a text",
    int: 1_950_614_827,
}


@dataclass(frozen=True)
class _Written:
    """SQL of one database. values: what is sent, or the name and type of what is given."""

    sql: str
    values: list[Any]
    converters: Mapping[int, tuple[list[Any], Any]]


@dataclass(frozen=True)
class _Given:
    name: str


class Prepared:
    """A queryset of `values_list` as a function of named values: ids, moments, numbers and texts.

    One of each type at most, and none may be None: that would be another query.
    """

    def __init__(self, build: Build) -> None:
        self._build = build
        self._written: dict[str, _Written] = {}

    def rows(self, **given: Any) -> list[Row]:
        written = self._written.get(connection.vendor) or self._write(given)
        values = [
            _sent(given[one.name]) if isinstance(one, _Given) else one for one in written.values
        ]
        with connection.cursor() as cursor:
            cursor.execute(written.sql, values)
            found = cursor.fetchall()
        return [_converted(row, written.converters) for row in found] if found else []

    def _write(self, given: Mapping[str, Any]) -> _Written:
        standing = {name: STANDS_FOR[type(value)] for name, value in given.items()}
        names = {_sent(value): _Given(name) for name, value in standing.items()}
        compiler = self._build(**standing).query.get_compiler(connection=connection)
        sql, values = compiler.as_sql()
        sent = [names.get(value, value) for value in values]
        converters = compiler.get_converters([column for column, _, _ in compiler.select])
        written = self._written[connection.vendor] = _Written(sql, sent, converters)
        return written


def _sent(value: Any) -> Any:
    """Return the value as this database is given it."""
    if isinstance(value, uuid.UUID):
        return value if connection.features.has_native_uuid_field else value.hex
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value


def _converted(row: Row, converters: Mapping[int, tuple[list[Any], Any]]) -> Row:
    values = list(row)
    for place, (steps, expression) in converters.items():
        for step in steps:
            values[place] = step(values[place], expression, connection)
    return tuple(values)
