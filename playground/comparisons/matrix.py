"""The image-set matrix: every image its own row, every model or setting its own column.

Plain values over the runs of one comparison. What starts them is submission/.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from playground.comparisons.diff.conflicts import MAX_SHORT_ANSWER_LENGTH, comparable
from playground.comparisons.diff.disagreement import disagreement

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping, Sequence

    from playground.runs.models.comparison import Comparison
    from playground.runs.models.run import Run
    from playground.runs.models.run_image import RunImage


@dataclass(frozen=True)
class Row:
    """One image and its answers. number: as it was given, from 0. cells: None where deleted."""

    number: int
    image: RunImage | None
    cells: tuple[Run | None, ...]

    @property
    def runs(self) -> list[Run]:
        return [run for run in self.cells if run]

    @property
    def name(self) -> str:
        """What the image is called, for labels; its number where it has no name."""
        name = self.image and (self.image.name or self.image.url)
        return name or f"Image {self.number + 1}"


@dataclass(frozen=True)
class Matrix:
    """columns: one run of each, which stands for its model and settings."""

    columns: tuple[Run, ...]
    rows: tuple[Row, ...]


def matrix_of(cells: Sequence[Run]) -> Matrix:
    """Arrange the cells of a comparison by their places. Reads the images of each first cell."""
    columns = {run.column: run for run in reversed(cells)}
    places = {(run.row, run.column): run for run in cells}
    order = sorted(columns)
    rows = []
    for number in sorted({run.row for run in cells}):
        found = tuple(places.get((number, column)) for column in order)
        image = next((image for run in found if run for image in run.images.all()), None)
        rows.append(Row(number, image, found))
    return Matrix(tuple(columns[column] for column in order), tuple(rows))


def columns_of(comparison: Comparison) -> list[Run]:
    """Return a run of each column; of a sealed comparison, in an order that says nothing."""
    cells = list(comparison.cells())
    if comparison.rows:  # its rows are no repeats
        places = {run.column: run for run in cells}
        return [places[column] for column in sorted(places)]
    if comparison.is_sealed:
        cells.sort(key=lambda run: (run.model_id, run.temperature or 0, str(run.parameters)))
    return cells


def by_disagreement(matrix: Matrix, answers: Mapping[uuid.UUID, str]) -> Matrix:
    """Rows whose answers disagree most come first; those alike stay in the order as given."""
    scores = {
        row.number: disagreement([answers[run.pk] for run in row.runs if run.pk in answers])
        for row in matrix.rows
    }
    ordered = sorted(matrix.rows, key=lambda row: -scores[row.number])
    return replace(matrix, rows=tuple(ordered))


@dataclass(frozen=True)
class Verdict:
    """How the short answers of a row agree. odd: those that are not with the majority."""

    words: str
    agrees: bool
    odd: frozenset[uuid.UUID]


def verdict_of(row: Row, answers: Mapping[uuid.UUID, str]) -> Verdict | None:
    """Compare the answers of a row that has ended; None where they are too few or too long."""
    given = {run.pk: answers[run.pk].strip() for run in row.runs if answers.get(run.pk)}
    short = all(
        len(text) <= MAX_SHORT_ANSWER_LENGTH and "\n" not in text for text in given.values()
    )
    if len(given) < 2 or not short or not all(run.has_ended for run in row.runs):
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
