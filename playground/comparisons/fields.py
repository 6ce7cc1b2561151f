"""Answers that are JSON objects field by field: for a page, and as CSV."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.http import Http404

from playground.comparisons.diff.fields import FieldTable, field_table
from playground.comparisons.differences import Column, answered
from playground.exports import manner_of, table
from playground.exports.as_json import money
from playground.exports.responses import csv_file
from playground.web.formatting import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from django.http import HttpRequest, HttpResponse

    from playground.exports import Manner

SHOWN_REASONS = 3  # of each answer, in the head of its column
# In brackets, as an answer may have fields of these names.
MEASURED: dict[str, Callable[[Any], Any]] = {
    "(seconds)": lambda run: f"{run.elapsed:.3f}",
    "(inference_ms)": lambda run: run.inference_ms,
    "(price_estimate_usd)": lambda run: money(run.price),
    "(charged_usd)": lambda run: money(run.charged),
}


@dataclass(frozen=True)
class Fields:
    """table: of the answered columns. is_first: whether it was asked for, by a schema."""

    table: FieldTable
    columns: list[Column]
    is_first: bool

    @property
    def words(self) -> str:
        count, differing = len(self.table.rows), self.table.differing
        of = f"{differing} of {counted(count, 'field')}"
        return f"{of} {'differs' if differing == 1 else 'differ'}."

    @property
    def invalid(self) -> int:
        return sum(one.run.schema_valid is False for one in self.columns)

    def heads(self) -> list[tuple[Column, list[tuple[str, str, str]]]]:
        """Return each column with path, reason and the cell's id of the first that do not fit."""
        places = {row.path: number for number, row in enumerate(self.table.rows, start=1)}
        return [
            (
                column,
                [
                    (path, reason, f"field-{places[path]}-{number}" if path in places else "")
                    for path, reason in islice(_errors_of(column).items(), SHOWN_REASONS)
                ],
            )
            for number, column in enumerate(self.columns, start=1)
        ]

    @property
    def is_sealed(self) -> bool:
        """Whether times and costs are kept back, as they would say which model it is."""
        return any(one.run.is_sealed for one in self.columns)

    @property
    def has_costs(self) -> bool:
        """Whether any cost may be shown: a link may leave them out."""
        return any(getattr(one.shown, "units", None) is not None for one in self.columns)

    def as_csv(self, manner: Manner) -> str:
        """Return a line a field, a column an answer, and lines of what is known of the runs."""
        lines = [[row.path, *(cell.text for cell in row.cells)] for row in self.table.rows]
        head = ["field", *(column.name for column in self.columns)]
        return "".join(table(head, [*lines, *self._measured()], manner))

    def _measured(self) -> Iterator[list[Any]]:
        for name, measure in MEASURED.items():
            values = [measure(column.shown) for column in self.columns]
            if any(value is not None for value in values):
                yield [name, *values]


def fields_of(columns: Iterable[Column]) -> Fields | None:
    """Return the answers field by field, where there are several and they are JSON objects.

    With a schema one that is none is a column all the same, which does not fit it.
    """
    compared = answered(columns)
    if len(compared) < 2:
        return None
    found = field_table([one.shown.output for one in compared], list(map(_errors_of, compared)))
    has_schema = any(one.run.schema_valid is not None for one in compared)
    is_wanted = any(found.are_objects) if has_schema else all(found.are_objects)
    return Fields(found, compared, has_schema) if is_wanted and found.rows else None


def _errors_of(column: Column) -> dict[str, str]:
    """Return reasons by path; of a blind comparison none, as they quote the answer as it came."""
    return {} if column.run.is_sealed else dict(column.run.schema_errors or ())


def fields_file(request: HttpRequest, columns: Iterable[Column]) -> HttpResponse:
    """Return the table as CSV, in the manner that `?as=` names; 404 where there is none."""
    found = fields_of(columns)
    if not found:
        raise Http404
    return csv_file(found.as_csv(manner_of(request.GET.get("as"))), "fields.csv")
