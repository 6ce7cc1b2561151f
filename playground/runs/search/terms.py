"""Reads a search: words, "phrases" and beginnings*. Whatever is typed, nothing is an error.

Letters and digits make words and all else parts them, for every database alike. A word that is
parted inside (gpt-4o, 12.50) is found as a phrase. Case and accents make no difference. Scripts
without spaces are found anywhere within a run of their characters: see scripts.py.
"""

import re
import string
import unicodedata
from dataclasses import dataclass

from playground.storage.writing_systems import CLASS, is_unspaced, pairs, same_width

MAX_TERMS = 32
MAX_PHRASE_WORDS = 32  # in one phrase
MAX_WORD_LENGTH = 200  # in one word: a run of a script without spaces may be a whole page
MIN_PREFIX_LENGTH = 2  # letters; one letter begins a good part of all words

_PARTS = re.compile(r'"([^"]*)("\*?|$)|([^\s"]+)')
# A run of a script without spaces is a word of its own; as a unit each of its characters is.
_WORD = re.compile(rf"[{CLASS}]+|[^\W_{CLASS}]+")
UNIT = re.compile(rf"[{CLASS}]|[^\W_{CLASS}]+")
_WIDE = {ord(one): ord(one) + 0xFEE0 for one in string.ascii_letters + string.digits}
_ACCENTS = re.compile("[\u0300-\u036f]")


@dataclass(frozen=True)
class Term:
    """Words that have to follow each other. beginning: the last one may go on."""

    words: tuple[str, ...]
    beginning: bool = False

    @property
    def units(self) -> list[str]:
        """Its words, those of scripts without spaces by their characters."""
        return [unit for word in self.words for unit in UNIT.findall(word)]

    def entries(self, *, folded: bool) -> list[str]:
        """What follows each other in the index where the term is."""
        words = [fold(word) if folded else word for word in self.words]
        found: list[str] = []
        for number, word in enumerate(words, start=1):
            inside = pairs(word) if is_unspaced(word) else [word]
            # Behind the last character of a term its run may go on.
            found += inside[:-1] if number == len(words) and len(inside) > 1 else inside
        return found

    def fits(self, folded: list[str], at: int) -> bool:
        """Whether the units of a text, folded, have this term at that place."""
        mine = [fold(unit) for unit in self.units]
        there = folded[at : at + len(mine)]
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
    return tuple(terms)[:MAX_TERMS]


def _term(piece: str, *, starred: bool) -> Term | None:
    words = tuple(word.lower()[:MAX_WORD_LENGTH] for word in words_of(piece))[:MAX_PHRASE_WORDS]
    if not words:
        return None
    if is_unspaced(words[-1]):
        return Term(words, len(words[-1]) == 1)  # alone or with any other behind it
    return Term(words, starred and len(words[-1]) >= MIN_PREFIX_LENGTH)


def words_of(text: str) -> list[str]:
    found = _WORD.findall(unicodedata.normalize("NFC", text))
    words = [same_width(word) if is_unspaced(word) else word for word in found]
    return [word for word in words if any(map(str.isalnum, word))]  # some are only marks


def fold(word: str) -> str:
    """Return the word as it is compared: small letters without accents."""
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", word.lower()))
    # Syllables of Hangul and voiced kana are put together again: they are no accented letters.
    return same_width(plain) if is_unspaced(plain) else plain


def as_fts5(terms: tuple[Term, ...]) -> str:
    """Return the terms as SQLite's FTS5 reads them, which folds by itself.

    Words are letters and digits: there is nothing to escape.
    """
    return " AND ".join(f"({' OR '.join(_phrases(one))})" for one in terms)


def _phrases(term: Term) -> list[str]:
    """Return a term as it was typed, in letters and digits of usual width, and in wide ones."""
    typed = " ".join(term.entries(folded=False))
    usual = unicodedata.normalize("NFKC", typed)
    forms = dict.fromkeys((typed, usual, usual.translate(_WIDE)))
    return [f'"{form}"{"*" * term.beginning}' for form in forms]


def as_tsquery(terms: tuple[Term, ...]) -> str:
    """Return the terms as PostgreSQL's to_tsquery reads them."""
    return " & ".join(f"({_followed(one)})" for one in terms)


def _followed(term: Term) -> str:
    words = [f"'{word}'" for word in term.entries(folded=True)]
    return " <-> ".join(words) + ":*" * term.beginning
