"""Puts <mark class="diff"> around what most answers do not share, in HTML that is already safe.

Takes only what playground.rendering gave. Nothing is parsed and written anew: marks are put between
the words of the text, so tags, attributes and escaped characters stay as the sanitiser left them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.comparisons.diff.majority import judge
from playground.comparisons.diff.parsing import Reading, read_htmls

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from playground.comparisons.diff.notes import Note

OPENING = '<mark class="diff">'
CLOSING = "</mark>"


@dataclass(frozen=True)
class Marked:
    """An answer as safe HTML with its differences marked, and the note above it."""

    html: str
    note: Note


def mark_unshared(answers: Sequence[str]) -> list[Marked]:
    """Mark the sanitised HTML of each answer. Leave out the answers that are not there yet."""
    readings = read_htmls(answers)
    verdicts = zip(readings, judge(readings), strict=True)
    return [
        Marked(mark(reading, verdict.runs(reading)), verdict.note) for reading, verdict in verdicts
    ]


def mark(reading: Reading, runs: Iterable[tuple[int, int]]) -> str:
    """Return the HTML with a mark around each run of words: its first and its last token."""
    pieces = list(reading.pieces)
    for first, last in runs:
        pieces[2 * first + 1] = OPENING + pieces[2 * first + 1]
        pieces[2 * last + 1] += CLOSING
    return "".join(pieces)
