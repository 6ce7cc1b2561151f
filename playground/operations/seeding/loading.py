"""Puts made-up runs into the database, some ten thousand a second, and their few pictures.

By the columns, past the ORM's instances: PostgreSQL by COPY, SQLite by one prepared INSERT.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import connection, models, transaction
from django.db.models.expressions import DatabaseDefault

from playground.images import store
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.runs.models.run_image import RunImage
from playground.runs.search.index import SearchEntry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from playground.images.models import Image
    from playground.operations.seeding.presses import SeededForm

Rows = list[list[Any]]
Batch = TypeVar("Batch")
BATCH_SIZE = 20_000  # runs a transaction


class Table:
    """One table as columns. Rows are given by field name; what is not given gets its default."""

    def __init__(self, model: type[models.Model]) -> None:
        fields: Sequence[Any] = [f for f in model._meta.concrete_fields if not f.generated]
        self.fields = [f for f in fields if not isinstance(f, models.AutoField)]
        columns = ", ".join(connection.ops.quote_name(f.column) for f in self.fields)
        table = connection.ops.quote_name(model._meta.db_table)
        marks = ", ".join(["%s"] * len(self.fields))
        self.copy = f"COPY {table} ({columns}) FROM STDIN"
        self.insert = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608 - our names
        blank = model()
        self.defaults = [self._prepared(f, _default(blank, f)) for f in self.fields]
        self.places = {f.name: place for place, f in enumerate(self.fields)}
        self.rows: Rows = []

    def add(self, **values: Any) -> None:
        row = self.defaults.copy()
        for name, value in values.items():
            place = self.places[name]
            row[place] = self._prepared(self.fields[place], value)
        self.rows.append(row)

    def _prepared(self, field: Any, value: Any) -> Any:
        return field.get_db_prep_save(value, connection)

    def taken(self) -> Rows:
        """Return the rows that were added since the last time."""
        rows, self.rows = self.rows, []
        return rows

    def write(self, rows: Rows) -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with connection.wrap_database_errors, cursor.copy(self.copy) as copy:
                    for row in rows:
                        copy.write_row(row)
            else:
                cursor.executemany(self.insert, rows)


def _default(blank: models.Model, field: Any) -> Any:
    """What a new instance has. Of a default that the database sets: its value, if it is one."""
    value = getattr(blank, field.attname)
    if isinstance(value, DatabaseDefault):
        return getattr(field.db_default, "value", field.db_default)
    return value


class Loader:
    """Takes forms in and writes them in batches. pictures: the stored picture of each name."""

    def __init__(self, pictures: dict[str, Image]) -> None:
        self.pictures = pictures
        self.comparisons, self.runs, self.images = Table(Comparison), Table(Run), Table(RunImage)

    def load(self, forms: Iterable[SeededForm]) -> Iterator[int]:
        """Write the forms; yields after each batch how many runs are in."""
        done, tables = 0, (self.comparisons, self.runs, self.images)
        for batch in _made_ahead(self._batches(forms)):
            with transaction.atomic():
                for table, rows in zip(tables, batch, strict=True):
                    table.write(rows)
            done += len(batch[1])
            yield done
        count_anew(Comparison, Run, RunImage, SearchEntry)

    def _batches(self, forms: Iterable[SeededForm]) -> Iterator[tuple[Rows, Rows, Rows]]:
        for form in forms:
            self._add(form)
            if len(self.runs.rows) >= BATCH_SIZE:
                yield self._taken()
        yield self._taken()

    def _taken(self) -> tuple[Rows, Rows, Rows]:
        return self.comparisons.taken(), self.runs.taken(), self.images.taken()

    def _add(self, form: SeededForm) -> None:
        if form.comparison:
            self.comparisons.add(id=form.comparison, created_at=form.created_at)
        image = self.pictures.get(form.picture)
        for run in form.runs:
            self.runs.add(**run)
            if image:
                self.images.add(run=run["id"], position=0, image=image.pk)


def count_anew(*tables: type[models.Model]) -> None:
    """Have PostgreSQL count at once what its planner would not know for a minute or more."""
    if connection.vendor == "postgresql":
        names = ", ".join(connection.ops.quote_name(one._meta.db_table) for one in tables)
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {names}")


def _made_ahead(batches: Iterator[Batch]) -> Iterator[Batch]:
    """Make the next batch while the database writes the last one."""
    with ThreadPoolExecutor(1) as maker:
        coming = maker.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = maker.submit(next, batches, None)
            yield batch


def store_pictures(pictures: dict[str, bytes]) -> dict[str, Image]:
    """Store each picture once, however many runs show it; returns their rows by name."""
    return {name: store.store(data, name) for name, data in pictures.items()}
