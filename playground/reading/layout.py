"""Lines in the order in which they are read: columns of text apart, and the cells of each row.

A picture may be taken a little askew: everything here is measured along the lines as they lie.
Two lines are of one row where their middles are less than half a line's height apart, and of one
cell where the gap between them is about as wide as a line is high.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import atan2, cos, sin
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from playground.reading.lines import Reading, ReadLine

CELL_GAP = 1.6  # heights of a line
COLUMN_GAP = 1.0
COLUMN_FILL = 0.6  # of its width, by half of its rows: less is a column of a table
MIN_COLUMN_ROWS = 4


@dataclass(frozen=True)
class _Word:
    """A line that was read, in pixels along the lines."""

    line: ReadLine
    left: float
    right: float
    middle: float
    height: float


@dataclass(frozen=True)
class Cell:
    """Words that stand together, and the lines that they were read as."""

    words: tuple[_Word, ...]

    @property
    def text(self) -> str:
        return " ".join(word.line.text for word in self.words)

    @property
    def left(self) -> float:
        return self.words[0].left

    @property
    def right(self) -> float:
        return self.words[-1].right


Row = list[Cell]


def blocks(reading: Reading) -> list[list[Row]]:
    """Return the columns of text in reading order: of each its rows, of each row its cells.

    A table is one block, and its columns are the cells.
    """
    return [_rows(block) for block in _columns(_words(reading))]


def read_rows(reading: Reading) -> list[list[ReadLine]]:
    """Return the rows of the whole image in reading order, each with its lines from the left."""
    return [
        [word.line for cell in row for word in cell.words]
        for rows in blocks(reading)
        for row in rows
    ]


def row_numbers(reading: Reading) -> list[int]:
    """Return the row of each line in the whole image, from 1 on, in the order of the lines."""
    numbers = {line: at for at, row in enumerate(read_rows(reading), start=1) for line in row}
    return [numbers[line] for line in reading.lines]


def _words(reading: Reading) -> list[_Word]:
    size = (reading.width, reading.height)
    corners = [[(x * size[0], y * size[1]) for x, y in line.polygon] for line in reading.lines]
    slope = _slope(corners)
    return [_along(line, four, slope) for line, four in zip(reading.lines, corners, strict=True)]


def _slope(corners: Iterable[Sequence[tuple[float, float]]]) -> float:
    """Return the angle of the lines: of the longer half, since short ones lie less surely."""
    edges = sorted(((x2 - x1, y2 - y1) for (x1, y1), (x2, y2), *_ in corners), reverse=True)
    long = [atan2(down, across) for across, down in edges[: (len(edges) + 1) // 2]]
    return median(long) if long else 0.0


def _along(line: ReadLine, corners: Sequence[tuple[float, float]], slope: float) -> _Word:
    across = [x * cos(slope) + y * sin(slope) for x, y in corners]
    down = [y * cos(slope) - x * sin(slope) for x, y in corners]
    top, bottom = (down[0] + down[1]) / 2, (down[2] + down[3]) / 2
    return _Word(line, min(across), max(across), (top + bottom) / 2, max(abs(bottom - top), 1.0))


def _columns(words: list[_Word]) -> list[list[_Word]]:
    """Part the words where columns of running text stand beside each other, again and again."""
    for gap in _gaps(words):
        left = [word for word in words if word.right <= gap]
        right = [word for word in words if word.left >= gap]
        if _is_text(left) and _is_text(right):
            return _columns(left) + _columns(right)
    return [words] if words else []


def _gaps(words: list[_Word]) -> list[float]:
    """Return where nothing stands from the top to the bottom, from the left."""
    gaps, end = [], float("inf")
    for word in sorted(words, key=lambda word: word.left):
        if word.left - end > COLUMN_GAP * word.height:
            gaps.append((word.left + end) / 2)
        end = word.right if end == float("inf") else max(end, word.right)
    return gaps


def _is_text(words: list[_Word]) -> bool:
    """Whether most rows reach from one side to the other, as those of a paragraph do."""
    rows = _rows(words)
    if len(rows) < MIN_COLUMN_ROWS:
        return False
    width = max(word.right for word in words) - min(word.left for word in words)
    return median(row[-1].right - row[0].left for row in rows) >= COLUMN_FILL * width and all(
        " " in row[0].text for row in rows[: MIN_COLUMN_ROWS // 2]
    )


def _rows(words: list[_Word]) -> list[Row]:
    return [_cells(sorted(row, key=lambda word: word.left)) for row in _in_rows(words)]


def _in_rows(words: list[_Word]) -> list[list[_Word]]:
    rows: list[list[_Word]] = []
    for word in sorted(words, key=lambda word: word.middle):
        if (
            rows
            and abs(word.middle - rows[-1][-1].middle) < min(word.height, rows[-1][-1].height) / 2
        ):
            rows[-1].append(word)
        else:
            rows.append([word])
    return rows


def _cells(row: list[_Word]) -> Row:
    cells = [[row[0]]]
    for before, word in pairwise(row):
        if word.left - before.right > CELL_GAP * max(word.height, before.height):
            cells.append([word])
        else:
            cells[-1].append(word)
    return [Cell(tuple(cell)) for cell in cells]
