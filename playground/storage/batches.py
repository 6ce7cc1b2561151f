"""Rows by their ids, where there may be any number: a query takes only so many variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BATCH_SIZE = 500  # SQLite of old takes 999, and other things are asked for in the same query

One = TypeVar("One")


def a_few_at_a_time(ids: Sequence[One]) -> Iterator[Sequence[One]]:
    for start in range(0, len(ids), BATCH_SIZE):
        yield ids[start : start + BATCH_SIZE]
