"""Numbers that an answer labels: "total: 41.20", a row of a table, "the total comes to 41.20".

A label is compared as text, in small letters and without markup. Dates and times are left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playground.comparisons.diff.words import NUMBER, number_key

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_NUMBERS = 3  # different ones of one label
_MAX_LABEL = 80  # characters, what is in brackets included
_MAX_LABEL_WORDS = 4

# Not the first part of a date, a time or a range.
_WHOLE_NUMBER = rf"(?P<number>{NUMBER})(?![:/\-–]\d)(?!\d)"
_AFTER_COLON = re.compile(rf"[:=][ \t*_`\"'|$€£¥]{{0,8}}{_WHOLE_NUMBER}")
_BEFORE = re.compile(r"([^.,;:!?=|()\[\]{}<>\n]*)(?:\([^()\n]{1,30}\)[ *_]*)?\Z")
# What is often stated without a colon, and how far the number may be behind it.
_NAMES = """
age amount balance count height length price score subtotal sum tax tip total vat weight width year
"""
_STATED = tuple(_NAMES.split())
_STATES = re.compile(rf"(?!\w)[^\n.;:=|\d−-]{{0,25}}{_WHOLE_NUMBER}")
_NUMBERS = re.compile(NUMBER)
_MARKUP = str.maketrans("", "", "*_`\"'#>")
_ARTICLES = frozenset(["a", "an", "and", "or", "the"])

# By label: how early it first comes, and its numbers as shown by their value.
Labelled = dict[str, tuple[int, dict[str, str]]]


def labelled_numbers(text: str) -> Labelled:
    """Return the labelled numbers of a text; of a label that comes again, all different ones."""
    found: Labelled = {}
    for label, shown, number, position in (*_pairs(text), *_stated(text), *_rows(text)):
        first, numbers = found.setdefault(label, (position, {}))
        if len(numbers) < MAX_NUMBERS:
            numbers.setdefault(number_key(number), shown)
        found[label] = min(first, position), numbers
    return found


def _pairs(text: str) -> Iterator[tuple[str, str, str, int]]:
    for match in _AFTER_COLON.finditer(text):
        label = _label_before(text, match.start())
        if label:
            yield label, match["number"], match["number"], match.start()


def _stated(text: str) -> Iterator[tuple[str, str, str, int]]:
    # Looking for each word is faster than one expression for all of them. A few letters become two
    # when made small, which would move what is behind them: then only small ones are looked for.
    small = text.lower() if len(text.lower()) == len(text) else text
    for label in _STATED:
        start = small.find(label)
        while start >= 0:
            end = start + len(label)
            match = _STATES.match(text, end)
            if match and not text[start - 1 : start].isalnum():
                yield label, match["number"], match["number"], start
            start = small.find(label, end)


def _label_before(text: str, end: int) -> str:
    before = _BEFORE.search(text, max(0, end - _MAX_LABEL), end)
    return _label(before[1]) if before else ""


def _label(text: str) -> str:
    """Return the last words, in small letters; nothing where there is no letter to begin with."""
    words = text.translate(_MARKUP).lower().split()[-_MAX_LABEL_WORDS:]
    while len(words) > 1 and (words[0] in _ARTICLES or not words[0][0].isalpha()):
        del words[0]
    return " ".join(words) if words and words[0][0].isalpha() else ""


def _rows(text: str) -> Iterator[tuple[str, str, str, int]]:
    """Give the cells with one number, by the first cell of the row and the title of the column."""
    head: list[str] = []
    position = 0
    for line in text.split("\n"):
        cells = line.strip().strip("|").split("|") if line.lstrip().startswith("|") else []
        head = head if head and cells else cells
        label = _label(cells[0]) if cells and cells is not head else ""
        for title, cell in zip(head[1:], cells[1:], strict=False) if label else ():
            numbers = _NUMBERS.findall(cell)
            if len(numbers) == 1:
                name = f"{label} · {_label(title)}" if len(head) > 2 else label
                yield name, cell.translate(_MARKUP).strip(), numbers[0], position
        position += len(line) + 1
