"""Reads a search: words, "phrases" and beginnings*. Whatever is typed, nothing is an error.

Letters and digits make words and all else parts them, for every database alike. A word that is
parted inside (gpt-4o, 12.50) is found as a phrase. Case and accents make no difference.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

MOST_TERMS = 32
MOST_WORDS = 32  # in one phrase
SHORTEST_BEGINNING = 2  # letters; one letter begins a good part of all words

_PARTS = re.compile(r'"([^"]*)("\*?|$)|([^\s"]+)')
_WORD = re.compile(r"[^\W_]+")
_ACCENTS = re.compile("[\u0300-\u036f]")
# Scripts without spaces: a whole sentence is one word, so what is typed is taken as a beginning.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True)
class Term:
    """Words that have to follow each other. beginning: the last one may go on."""

    words: tuple[str, ...]
    beginning: bool = False

    def fits(self, folded: list[str], at: int) -> bool:
        """Whether the words of a text, folded, have this term at that place."""
        mine, there = [fold(word) for word in self.words], folded[at : at + len(self.words)]
        if not self.beginning or len(there) < len(mine):
            return there == mine
        return there[:-1] == mine[:-1] and there[-1].startswith(mine[-1])


def parse(text: str) -> tuple[Term, ...]:
    """Return the terms, all of which a run must have; none if there is nothing to search for."""
    terms: dict[Term, None] = {}
    for match in _PARTS.finditer(text):
        phrase, end, alone = match.groups()
        piece = alone if phrase is None else phrase
        term = _term(piece, starred=(end or "").endswith("*") or (alone or "").endswith("*"))
        if term:
            terms[term] = None
    return tuple(terms)[:MOST_TERMS]


def _term(piece: str, *, starred: bool) -> Term | None:
    words = tuple(word.lower() for word in words_of(piece))[:MOST_WORDS]
    if not words:
        return None
    unspaced = bool(_UNSPACED.search(words[-1]))
    return Term(words, unspaced or (starred and len(words[-1]) >= SHORTEST_BEGINNING))


def words_of(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFC", text))


def fold(word: str) -> str:
    """Return the word as it is compared: small letters without accents."""
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", word.lower()))


def as_fts5(terms: tuple[Term, ...]) -> str:
    """Return the terms as SQLite's FTS5 reads them, which folds by itself.

    Words are letters and digits: there is nothing to escape.
    """
    return " AND ".join(f'"{" ".join(one.words)}"{"*" * one.beginning}' for one in terms)


def as_tsquery(terms: tuple[Term, ...]) -> str:
    """Return the terms as PostgreSQL's to_tsquery reads them."""
    return " & ".join(f"({_followed(one)})" for one in terms)


def _followed(term: Term) -> str:
    words = [f"'{fold(word)}'" for word in term.words]
    return " <-> ".join(words) + ":*" * term.beginning
