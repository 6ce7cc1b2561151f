"""What an answer says of what: the cell of a table by its row and column, a number by its word.

Two answers may hold the same numbers at different places: "3 chairs, 5 lamps" and "5 chairs, 3
lamps" share all their words. Works on the pieces and keys of a reading.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import NamedTuple

from playground.comparisons.diff.words import is_number

# A number goes with the word behind it ("5 chairs"), but not with these, which follow any number.
_FOLLOWERS = """
a an and are as at but by for from if in is it more of on or out per plus than that the this times
to was were which while with
"""
_LOOSE = frozenset(_FOLLOWERS.split())
_LABEL_REACH = 10  # tokens back, the tags of coloured code included


class Claim(NamedTuple):
    """What is said of a place: its words as one string, and the tokens from and up to which."""

    content: str
    start: int
    end: int


class Row(NamedTuple):
    """The cells of a row by their tokens; a head is the first row of its table."""

    cells: list[tuple[int, int]]
    is_head: bool


def html_rows(keys: list[str], tags: list[int]) -> list[Row]:
    rows: list[Row] = []
    cells: list[tuple[int, int]] = []
    start, is_head = 0, False
    for i in tags:
        tag = keys[i]
        if tag in ("\0td", "\0th"):
            start = i + 1
        elif tag in ("\0/td", "\0/th"):
            cells.append((start, i))
        elif tag == "\0/tr":
            rows.append(Row(cells, is_head))
            is_head, cells = False, []
        elif tag == "\0table":
            is_head, cells = True, []
    return rows


def text_rows(pieces: list[str], keys: list[str]) -> list[Row]:
    """Find the lines that begin with a bar."""
    lines = [i for i, word in enumerate(keys) if word == "\0\n"]
    rows: list[Row] = []
    in_table = False
    for line, end in zip(lines, [*lines[1:], len(keys)], strict=True):
        bars = [i for i in range(line + 1, end) if keys[i] == "\0|"]
        if bars[:1] == [line + 1] and not pieces[2 * line + 2].strip():
            edges = bars if not _has_rest(pieces, bars[-1], end) else [*bars, end]
            cells = [(a + 1, b) for a, b in pairwise(edges)]
            rows.append(Row(cells, is_head=not in_table))
            in_table = True
        else:
            in_table = in_table and "|" in pieces[2 * line + 1]
    return rows


def _has_rest(pieces: list[str], bar: int, end: int) -> bool:
    return bool("".join(pieces[2 * bar + 2 : 2 * end + 1]).strip())


def cell_claims(keys: list[str], rows: list[Row]) -> tuple[dict[str, Claim], set[str]]:
    """Return the cells by their place, and the first cells of the rows."""
    claims: dict[str, Claim] = {}
    seen: Counter[str] = Counter()
    head: list[str] = []
    for row in rows:
        texts = [" ".join([k for k in keys[a:b] if k >= "\1"]) for a, b in row.cells]
        if row.is_head or not texts:
            head = texts
            continue
        seen[texts[0]] += 1
        for column in range(1, len(texts)):
            title = (head[column] if column < len(head) else "") or str(column)
            place = f"{texts[0]}\0{seen[texts[0]]}\0{title}"
            claims[place] = Claim(texts[column], *row.cells[column])
    return claims, set(seen) - {""}


def number_claims(pieces: list[str], keys: list[str], inside: set[int]) -> dict[str, Claim]:
    """Return the numbers outside tables of which each goes with a word that no other goes with."""
    claims: dict[str, Claim] = {}
    several: set[str] = set()
    for i in [i for i, word in enumerate(keys) if "-" <= word < ":"]:  # is_number, without a call
        place = "" if i in inside else _noun(pieces, keys, i) or _label(pieces, keys, i)
        if place and claims.setdefault(place, Claim(keys[i], i, i + 1)).content != keys[i]:
            several.add(place)
    return {place: claim for place, claim in claims.items() if place not in several}


def _noun(pieces: list[str], keys: list[str], number: int) -> str:
    """The word right behind the number: "5 chairs", "12 %"."""
    if number + 1 == len(keys) or pieces[2 * number + 2].strip(" "):
        return ""
    word = keys[number + 1]
    return word if word >= "\1" and word not in _LOOSE and not is_number(word) else ""


def _label(pieces: list[str], keys: list[str], number: int) -> str:
    """The word before the number, where a colon or an equals sign is between: "Total: 5"."""
    between = pieces[2 * number]
    for i in range(number - 1, max(number - _LABEL_REACH, -1), -1):
        if "\n" in between or keys[i] == "\0\n":
            return ""
        if keys[i] >= "\1":
            return f"{keys[i]}:" if ":" in between or "=" in between else ""
        between += pieces[2 * i]
    return ""
