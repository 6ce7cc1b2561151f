"""What was read as a Markdown table: one row for each line, in reading order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playground.reading.layout import blocks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playground.reading.layout import Cell, Row
    from playground.reading.lines import Reading

NOTHING = "No text in this image. The reader sees printed text only."
_MARKS = re.compile(r"([\\`*_<|$~&])")
_AMOUNT = re.compile(r"\W*\d[\d.,:/ %-]*\W*")
Span = tuple[float, float]


def as_markdown(reading: Reading) -> str:
    """Return a table for each column of text; its rows are numbered through the whole image."""
    tables, first = [], 1
    for rows in blocks(reading):
        tables.append(_table(rows, first))
        first += len(rows)
    return "\n\n".join(tables) or NOTHING


def _table(rows: list[Row], first: int) -> str:
    spans = _spans(rows)
    placed = [_placed(row, spans) for row in rows]
    titles = {1: ["Text"], 2: ["Left", "Right"]}.get(
        len(spans), [f"Column {number}" for number in range(1, len(spans) + 1)]
    )
    marks = ["---:" if _is_amounts(column) else "---" for column in zip(*placed, strict=True)]
    numbered = [[str(number), *cells] for number, cells in enumerate(placed, first)]
    return "\n".join(
        f"| {' | '.join(row)} |" for row in [["Line", *titles], ["---:", *marks], *numbered]
    )


def _spans(rows: list[Row]) -> list[Span]:
    """Return from where to where each column reaches, by the rows that have the most cells."""
    most = max(map(len, rows))
    columns = zip(*(row for row in rows if len(row) == most), strict=True)
    return [(min(c.left for c in cells), max(c.right for c in cells)) for cells in columns]


def _placed(row: Row, spans: Sequence[Span]) -> list[str]:
    """Return the text of each column, blank where the row has none there."""
    texts, free = [""] * len(spans), 0
    for place, cell in enumerate(row):
        last = len(spans) - (len(row) - place)  # the cells that follow need columns, too
        column = max(range(free, last + 1), key=lambda at: (_shared(cell, spans[at]), -at))
        texts[column] = _plain(cell.text)
        free = column + 1
    return texts


def _plain(text: str) -> str:
    """Return what is drawn as these words, whatever they would mean in Markdown."""
    return _MARKS.sub(r"\\\1", text).replace("[", "&#91;")  # behind a backslash it is a formula


def _shared(cell: Cell, span: Span) -> float:
    """Return how much of a column a cell covers; less than nothing where it stands beside it."""
    return min(cell.right, span[1]) - max(cell.left, span[0])


def _is_amounts(texts: Sequence[str]) -> bool:
    written = [text for text in texts if text]
    return 2 * sum(bool(_AMOUNT.fullmatch(text)) for text in written) > len(written)
