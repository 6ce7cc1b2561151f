"""The text of an answer's safe HTML, and the way back from the text to the HTML.

Takes only what playground.rendering gave. Links and formulas are left out, since no link may stand
in them, and code that is not JSON, which claims nothing.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html import unescape
from typing import NamedTuple

MAX_CHARACTERS = 100_000  # of HTML: what is behind them is not looked at
_TOKEN = re.compile(r"<(?P<close>/?)(?P<tag>[a-z]+\d?)[^>]*>|&(?:#\w+|\w+);|[^<&]+|[<&]")
_INLINE = frozenset(["a", "code", "del", "em", "mark", "s", "span", "strong", "sup", "br"])
_CLOSED = frozenset({"a", "math"})
# In JSON: keys, and arrays of numbers as boxes are.
_NO_CLAIM = re.compile(r'"[^"\n]*"(?=\s*:)|\[\s*-?[\d.]+(?:\s*,\s*-?[\d.]+)+\s*\]')


class Cell(NamedTuple):
    """A cell of a table: where it stands in the text, its row and its column."""

    start: int
    end: int
    table: int
    row: int
    column: int
    is_header: bool


class _Piece(NamedTuple):
    """A stretch of the text as the HTML has it: between two tags, or one escaped sign."""

    start: int
    end: int
    html_start: int
    html_end: int


@dataclass
class AnswerText:
    """cells: of tables. code: inline code, which quotes. json: blocks of JSON."""

    html: str
    text: str = ""
    cells: list[Cell] = field(default_factory=list)
    code: list[tuple[int, int]] = field(default_factory=list)
    json: list[tuple[int, int]] = field(default_factory=list)
    _pieces: list[_Piece] = field(default_factory=list)

    def cell_at(self, place: int) -> Cell | None:
        """Return the cell in which a place of the text is."""
        found = bisect_right(self.cells, place, key=lambda cell: cell.start) - 1
        return self.cells[found] if found >= 0 and place < self.cells[found].end else None

    @cached_property
    def row_heads(self) -> dict[int, Cell]:
        """The first cell of each row."""
        return {cell.row: cell for cell in self.cells if cell.column == 0}

    @cached_property
    def column_heads(self) -> dict[tuple[int, int], Cell]:
        heads = (cell for cell in reversed(self.cells) if cell.is_header)
        return {(cell.table, cell.column): cell for cell in heads}

    def html_spans(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Give the stretches of HTML that show this part of the text, none with a tag in it."""
        place = bisect_right(self._pieces, start, key=lambda piece: piece.start) - 1
        for piece in self._pieces[max(place, 0) :]:
            if piece.start >= end:
                return
            first, last = max(start, piece.start), min(end, piece.end)
            if first >= last:
                continue
            if piece.html_end - piece.html_start > piece.end - piece.start:
                yield piece.html_start, piece.html_end
            else:
                yield (
                    piece.html_start + first - piece.start,
                    piece.html_start + last - piece.start,
                )


def answer_text(html: str) -> AnswerText:
    return _Reader(html).read()


def _beginning(html: str) -> str:
    """Return as much as is looked at, without a tag or a sign that the cut would break."""
    start = html[:MAX_CHARACTERS]
    if start == html:
        return start
    for opens, closes in ("<>", "&;"):
        broken = start.rfind(opens)
        if broken > start.rfind(closes):
            start = start[:broken]
    return start


class _Reader:
    """Goes through the HTML once."""

    def __init__(self, html: str) -> None:
        self.answer = AnswerText(html)
        self.parts: list[str] = []
        self.length = 0
        self.closed: list[str] = []  # open tags in which nothing is read
        self.starts: dict[str, int] = {}
        self.table = self.row = self.column = -1

    def read(self) -> AnswerText:
        for match in _TOKEN.finditer(_beginning(self.answer.html)):
            if match["tag"]:
                self._tag(match["tag"], bool(match["close"]))
            elif not self.closed:
                self._text(match[0], match.start(), match.end())
        self.answer.text = "".join(self.parts)
        return self.answer

    def _text(self, raw: str, start: int, end: int) -> None:
        shown = unescape(raw) if raw.startswith("&") and raw != "&" else raw
        piece = _Piece(self.length, self.length + len(shown), start, end)
        self.answer._pieces.append(piece)
        self._add(shown)

    def _add(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)

    def _tag(self, tag: str, is_close: bool) -> None:
        if tag in _CLOSED:
            self._close(tag, is_close)
        elif not self.closed:
            if is_close:
                self._end(tag)
            if tag not in _INLINE or tag == "br":
                self._add("\n")
            if not is_close:
                self._begin(tag)

    def _close(self, tag: str, is_close: bool) -> None:
        if not is_close:
            self._add("\n")
            self.closed.append(tag)
        elif tag in self.closed:
            self.closed.remove(tag)

    def _begin(self, tag: str) -> None:
        self.starts[tag] = self.length
        self.table += tag == "table"
        self.row += tag == "tr"
        if tag == "tr":
            self.column = -1
        self.column += tag in ("td", "th")

    def _end(self, tag: str) -> None:
        start = self.starts.pop(tag, self.length)
        if tag in ("td", "th"):
            place = self.table, self.row, self.column
            self.answer.cells.append(Cell(start, self.length, *place, tag == "th"))
        elif tag == "pre":
            self._end_code(start)
        elif tag == "code" and "pre" not in self.starts:
            self.answer.code.append((start, self.length))

    def _end_code(self, start: int) -> None:
        """Keep a block of JSON, without its keys and boxes; leave other code out."""
        code = "".join(self.parts)[start:]
        kept = _NO_CLAIM.sub(lambda match: "\n" * len(match[0]), code) if _is_json(code) else ""
        self.parts = ["".join(self.parts)[:start], kept]
        self.length = start + len(kept)
        if kept:
            self.answer.json.append((start, self.length))
        else:
            pieces = self.answer._pieces
            while pieces and pieces[-1].end > start:
                pieces.pop()


def _is_json(code: str) -> bool:
    try:
        return isinstance(json.loads(code), dict | list)
    except (ValueError, RecursionError):
        return False
