"""The grid of a comparison: each image or case its own row, each model or setting its own column.

Plain values over its runs, and a line as pages draw it: of a matrix, of an experiment, and of what
links show of either. What starts the runs is submission/.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playground.comparisons.diff.conflicts import MAX_SHORT_ANSWER_LENGTH, comparable

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Mapping, Sequence

    from playground.runs.models.comparison import Comparison
    from playground.runs.models.run import Run


@dataclass(frozen=True)
class Grid:
    """rows, columns: their numbers, from 0, in their order. heads: a run of each column.

    cells: by row and column.
    """

    rows: Sequence[int]
    columns: Sequence[int]
    heads: Sequence[Run]
    cells: Mapping[tuple[int, int], Run]

    def row(self, number: int) -> list[Run | None]:
        """Return the runs of a row, None for each that is not there."""
        return [self.cells.get((number, column)) for column in self.columns]

    def first(self, row: int) -> Run:
        """Return a run that says what the row was asked."""
        return next(filter(None, self.row(row)))


def grid_of(runs: Iterable[Run], *, has_rows: bool = True) -> Grid:
    """Arrange runs by their places; the last one counts where several have the same.

    Without rows, the places go on past the columns of a row.
    """
    cells = {(run.row, run.column) if has_rows else (0, run.position): run for run in runs}
    heads = {place[1]: cells[place] for place in sorted(cells, reverse=True)}
    columns = sorted(heads)
    rows = sorted({row for row, _ in cells})
    return Grid(rows, columns, [heads[one] for one in columns], cells)


def columns_of(comparison: Comparison) -> list[Run]:
    """Return a run of each column; of a sealed comparison, in an order that says nothing."""
    cells = list(comparison.cells())
    if comparison.rows:  # its rows are no repeats
        return list(grid_of(cells).heads)
    if comparison.is_sealed:
        cells.sort(key=lambda run: (run.model_id, run.temperature or 0, str(run.parameters)))
    return cells


@dataclass(frozen=True)
class Line:
    """A row of a page. number: from 1. about: what is known of its image beside what is asked.

    cells: None in place of one that was deleted. question, expected: of a case. verdict: how the
    answers agree, where nobody marked them.
    """

    number: int
    image: Any
    cells: Sequence[Any]
    about: Sequence[str] = ()
    question: str = ""
    expected: str = ""
    verdict: Verdict | None = None


@dataclass(frozen=True)
class Verdict:
    """How the short answers of a row agree. odd: those that are not with the majority."""

    words: str
    agrees: bool
    odd: frozenset[uuid.UUID]


def verdict_of(runs: Sequence[Run], answers: Mapping[uuid.UUID, str]) -> Verdict | None:
    """Compare the answers of a row that has ended; None where they are too few or too long."""
    given = {run.pk: answers[run.pk].strip() for run in runs if answers.get(run.pk)}
    short = all(
        len(text) <= MAX_SHORT_ANSWER_LENGTH and "\n" not in text for text in given.values()
    )
    if len(given) < 2 or not short or not all(run.has_ended for run in runs):
        return None
    values = {key: comparable(text) for key, text in given.items()}
    value, most = Counter(values.values()).most_common(1)[0]
    if most == len(given):
        words = "Both agree" if most == 2 else f"All {most} agree"
        return Verdict(words, agrees=True, odd=frozenset())
    if 2 * most > len(given):
        odd = frozenset(key for key, other in values.items() if other != value)
        return Verdict(f"{most} of {len(given)} agree", agrees=False, odd=odd)
    words = "The two differ" if len(given) == 2 else "No majority"
    return Verdict(words, agrees=False, odd=frozenset())
