"""Queries whose SQL is written once: Django writes it several times longer than the database reads.

For the few that are asked for each run and each poll, and for no others.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from django.db import connection
from django.db.models.sql import UpdateQuery

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from django.db.models import QuerySet

    Row = tuple[Any, ...]
    Build = Callable[..., QuerySet[Any, Any]]

# What stands for the n-th parameter while SQL is written: a value that nothing else in it has.
STANDS_FOR: dict[type, Callable[[int], Any]] = {
    uuid.UUID: lambda n: uuid.UUID(int=0x5F0D3C1E8A444C1B9D0E6B7A2F9C1D00 + n),
    datetime: lambda n: datetime(1971, 2, 3, 4, 5, 6, 789000 + n, tzinfo=UTC),
    str: "5f0d3c1e stands for text {}".format,
    int: lambda n: 1_950_614_827 + n,
}


@dataclass(frozen=True)
class _Written:
    """SQL of one database. values: what is sent, or the name of what is given."""

    sql: str
    values: list[Any]
    converters: Mapping[int, tuple[list[Any], Any]] = field(default_factory=dict)

    def filled_in(self, given: Mapping[str, Any]) -> list[Any]:
        return [_sent(given[one.name]) if isinstance(one, _Given) else one for one in self.values]


@dataclass(frozen=True)
class _Given:
    name: str


class Prepared:
    """A queryset of `values_list` as a function of named values: ids, moments, numbers and texts.

    None of them may be None: that would be another query.
    """

    def __init__(self, build: Build) -> None:
        self._build = build
        self._written: dict[str, _Written] = {}

    def rows(self, **given: Any) -> list[Row]:
        written = self._written.get(connection.vendor) or self._write(given)
        with connection.cursor() as cursor:
            cursor.execute(written.sql, written.filled_in(given))
            found = cursor.fetchall()
        return [_converted(row, written.converters) for row in found] if found else []

    def _write(self, given: Mapping[str, Any]) -> _Written:
        standing = _standing_for(given)
        compiler = self._build(**standing).query.get_compiler(connection=connection)
        sql, values = compiler.as_sql()
        converters = compiler.get_converters([column for column, _, _ in compiler.select])
        written = _Written(sql, _named(values, standing), converters)
        return self._written.setdefault(connection.vendor, written)


class PreparedUpdate:
    """An update of what a queryset finds, which is a function of named values as in Prepared."""

    def __init__(self, build: Build) -> None:
        self._build = build
        self._written: dict[Any, tuple[_Written, list[Any]]] = {}

    def update(self, values: Mapping[str, Any], **given: Any) -> int:
        """Set these columns, to no expressions; return in how many rows."""
        nulls = tuple((name, value is None) for name, value in values.items())
        key = (connection.vendor, nulls, tuple(given))
        written, fields = self._written.get(key) or self._write(key, values, given)
        sent = [one.get_db_prep_save(values[one.name], connection) for one in fields]
        with connection.cursor() as cursor:
            cursor.execute(written.sql, sent + written.filled_in(given))
            return int(cursor.rowcount)

    def _write(
        self, key: Any, values: Mapping[str, Any], given: Mapping[str, Any]
    ) -> tuple[_Written, list[Any]]:
        standing = _standing_for(given)
        query = cast("UpdateQuery", self._build(**standing).query.chain(UpdateQuery))
        query.add_update_values(dict(values))
        sql, sent = query.get_compiler(connection=connection).as_sql()
        # What is set comes first, and NULL stands in the SQL itself.
        names = [name for name, value in values.items() if value is not None]
        fields = [query.get_meta().get_field(name) for name in names]
        where = _named(sent[len(fields) :], standing)
        return self._written.setdefault(key, (_Written(sql, where), fields))


def _standing_for(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return another value for each, by which it is found among what is sent."""
    return {name: STANDS_FOR[type(one)](n) for n, (name, one) in enumerate(given.items())}


def _named(sent: Iterable[Any], standing: Mapping[str, Any]) -> list[Any]:
    names = {_sent(value): _Given(name) for name, value in standing.items()}
    return [names.get(value, value) for value in sent]


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
