"""One answer, taken apart for comparing: its words, its sentences, and what it says of what.

Text and rendered HTML are both split into pieces, gap and token in turn, that joined are the whole
again: a mark is put between two pieces and can change neither a tag nor an escaped character.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from playground.comparisons.diff.positions import (
    Claim,
    Row,
    cell_claims,
    html_rows,
    number_claims,
    text_rows,
)
from playground.comparisons.diff.words import MAX_CHARACTERS, TOKEN, key

if TYPE_CHECKING:
    from collections.abc import Iterable

# Tokens of one answer, tags included; what follows is the last gap. MAX_CHARACTERS is fewer words.
MAX_TOKENS = 100_000

# The sanitiser writes every attribute in double quotes and escapes < and > in text. A scan for the
# end of a tag stops at the next <, so text that is not sanitised costs no more.
_TAG = '<[^<>"]*(?:"[^"]*"[^<>"]*)*>'
_ENTITY = r"&(?:#\w{1,8}|\w{1,32});"
# Both are compiled, and kept by `re`, when they are first used: 10 ms each, for few processes.
_HTML = f"({TOKEN}|{_TAG}|{_ENTITY})"
# In Markdown a bar is the edge of a cell and a line the end of a statement. The row of dashes under
# the head, the number of a list item and the language of a code block are not part of the answer.
_DASHES = r"(?:[ \t]*\|[ \t]*:?-+:?)+[ \t]*\|?(?=\n|\Z)"
_TEXT = rf"({TOKEN}|\n(?:{_DASHES}|[ \t]*(?:\d{{1,9}}[.)](?=[ \t])|```\w*))?|\|)"

# Keys of tokens that are no words begin so; then comes the name of the tag.
_MARKER = "\0"
FIRST_WORD = "\1"
_OPENING = [f"{_MARKER}{name}" for name in ("a", "code", "em", "s", "span", "strong")]
_CLOSING = [f"{_MARKER}/{name}" for name in ("a", "code", "em", "s", "span", "strong")]
_INLINE = frozenset([*_OPENING, *_CLOSING, f"{_MARKER}&"])
_NAME = re.compile(r"<(/?\w+)")

_FULL_STOP = re.compile(r"[.!?…]['\"”’)\]]*\s|[。！？\n]")
_STOP_BEFORE_TAG = re.compile(r"[.!?…]['\"”’)\]]*\Z")
_GOES_ON, _ENDS, _ENDS_BEFORE_TAG = range(3)


@dataclass
class Reading:
    """An answer in pieces, gap and token in turn: keys[i] is of the token pieces[2 * i + 1].

    breaks: the tokens before which a statement ends. claims: what cells, and numbers beside a word,
    say, by a name of their place. rows: the first cells of the rows of tables.
    """

    pieces: list[str]
    keys: list[str]
    breaks: list[int]
    claims: dict[str, Claim] = field(default_factory=dict)
    rows: set[str] = field(default_factory=set)

    @cached_property
    def vocabulary(self) -> set[str]:
        return {word for word in set(self.keys) if word >= FIRST_WORD}

    @cached_property
    def sentences(self) -> list[tuple[int, int, tuple[str, ...]]]:
        """Return the first token of each, the token after it, and its words."""
        found, start = [], 0
        for end in [*self.breaks, len(self.keys)]:
            said = tuple([word for word in self.keys[start:end] if word >= FIRST_WORD])
            if said:
                found.append((start, end, said))
            start = end
        return found

    def word_tokens(self, start: int, end: int) -> list[int]:
        return [i for i in range(start, end) if self.keys[i] >= FIRST_WORD]


class Keys(dict[str, str]):
    """The keys of tokens, worked out once each for all answers of a comparison."""

    def __missing__(self, token: str) -> str:
        if token[0] in "<&\n|":
            name = _NAME.match(token)
            self[token] = known = _MARKER + (name[1] if name else token[0])
        else:
            self[token] = known = key(token)
        return known


class _Ends(dict[str, int]):
    """Whether a statement ends within a gap, worked out once each."""

    def __missing__(self, gap: str) -> int:
        self[gap] = _GOES_ON
        if _FULL_STOP.search(gap):
            self[gap] = _ENDS
        elif _STOP_BEFORE_TAG.search(gap):
            self[gap] = _ENDS_BEFORE_TAG
        return self[gap]


def read_texts(texts: Iterable[str]) -> list[Reading]:
    """Read answers as they were written: plain text or Markdown."""
    known = Keys()
    return [_read_text(text, known) for text in texts]


def read_htmls(htmls: Iterable[str]) -> list[Reading]:
    """Read answers as the sanitiser left them. Formulas are not compared."""
    known = Keys()
    return [_read_html(html, known) for html in htmls]


def _read_text(text: str, known: Keys) -> Reading:
    # Every line has its sign before it, so the first line gets one.
    pieces = re.split(_TEXT, "\n" + text[:MAX_CHARACTERS], maxsplit=MAX_TOKENS)
    keys = [known[token] for token in pieces[1::2]]
    return _read(pieces, keys, text_rows(pieces, keys))


def _read_html(html: str, known: Keys) -> Reading:
    pieces = re.split(_HTML, html, maxsplit=MAX_TOKENS)
    keys = [known[token] for token in pieces[1::2]]
    tags = [i for i, word in enumerate(keys) if word < FIRST_WORD]
    _leave_out_formulas(keys, tags)
    return _read(pieces, keys, html_rows(keys, tags))


def _leave_out_formulas(keys: list[str], tags: list[int]) -> None:
    start = -1
    for i in tags:
        if keys[i] == f"{_MARKER}math":
            start = i
        elif keys[i] == f"{_MARKER}/math" and start >= 0:
            keys[start : i + 1] = [f"{_MARKER}&"] * (i + 1 - start)
            start = -1
    if start >= 0:  # it goes on behind the last token
        keys[start:] = [f"{_MARKER}&"] * (len(keys) - start)


def _read(pieces: list[str], keys: list[str], rows: list[Row]) -> Reading:
    claims, labels = cell_claims(keys, rows)
    inside = {token for row in rows for start, end in row.cells for token in range(start, end)}
    claims |= number_claims(pieces, keys, inside)
    return Reading(pieces, keys, _breaks(pieces, keys), claims, labels)


def _breaks(pieces: list[str], keys: list[str]) -> list[int]:
    known = _Ends()
    blocks = {i for i, word in enumerate(keys) if word < FIRST_WORD and word not in _INLINE}
    stops = [i for i, gap in enumerate(pieces[:-1:2]) if known[gap]]
    ends = (i for i in stops if known[pieces[2 * i]] == _ENDS or keys[i] < FIRST_WORD)
    return sorted(blocks.union(ends))
