"""Answers as words, numbers and punctuation, and two answers as one text with what changed.

Two words count as the same if their keys are: case, width and the way a number is written do not
matter. Languages that are written without spaces are compared character by character.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from playground.comparisons.diff.alignment import matches

if TYPE_CHECKING:
    from collections.abc import Iterator

# Of each answer: what is behind it is compared as a whole. As much as rendering formats.
MAX_CHARACTERS = 100_000

# A minus belongs to a number unless something stands right before it: "3-5" is a range.
NUMBER = r"(?:(?<![\w.)\]])[-−])?\d+(?:[.,]\d+)*"
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_CURRENCY = "$%\u00a2-\u00a5\u00b0\u20a0-\u20bf"
_PICTURES = "\u2600-\u27bf\U0001f300-\U0001faff"
SYMBOL = f"[{_CJK}{_CURRENCY}{_PICTURES}]"
# ASCII, Latin-1, general, mathematical, box-drawing and full-width signs that are not words.
_SIGNS = (
    r"\s\x00-\x1f!-/:-@\[-`{-~\x7f-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7"
    r"\u2000-\u206f\u2190-\u22ff\u2500-\u25ff\u3000-\u303f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40"
)
_LETTER = f"[^\\d{_SIGNS}{_CJK}{_CURRENCY}{_PICTURES}]"
_WITHIN = f"[^{_SIGNS}{_CJK}{_CURRENCY}{_PICTURES}]"
WORD = f"{_LETTER}{_WITHIN}*(?:['’]{_LETTER}{_WITHIN}*)*"
# No two of them begin with the same character: the order is only how often they are met.
TOKEN = f"{WORD}|{NUMBER}|{SYMBOL}"

# Both are compiled, and kept by `re`, when they are first used: 10 ms each, for few processes.
_WORDS = f"(?P<number>{NUMBER})|(?P<word>{SYMBOL}|{WORD})|(?P<punctuation>\\S)"
_SPACED = f"\\s*(?:{TOKEN}|\\S)"
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
_EUROPEAN = re.compile(r"[1-9]\d{0,2}(?:(?:\.\d{3})+,\d+|(?:\.\d{3}){2,})")
_DECIMAL_COMMA = re.compile(r"\d+,\d+")
_PLAIN = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Word:
    """A word, a number or a sign, and where it stands in its text."""

    kind: Literal["word", "number", "punctuation"]
    text: str
    start: int
    end: int

    @property
    def key(self) -> str:
        return self.text if self.kind == "punctuation" else key(self.text)


@dataclass(frozen=True)
class Change:
    """A stretch of two texts: in both, only in the first (removed) or in the second (added)."""

    kind: Literal["same", "removed", "added"]
    text: str


def words(text: str) -> Iterator[Word]:
    """Give the words, numbers and signs of the first MAX_CHARACTERS of a text."""
    for match in re.finditer(_WORDS, text[:MAX_CHARACTERS]):
        # lastgroup is the name of the alternative that matched.
        yield Word(match.lastgroup, match[0], match.start(), match.end())  # type: ignore[arg-type]


def key(token: str) -> str:
    """Return what a word or a number is compared by. Only numbers begin with a digit or a minus."""
    if token[0] in "-−" or token[0].isdecimal():
        return number_key(token)
    if token.isascii():
        return token.lower()
    return unicodedata.normalize("NFKC", token.casefold()).replace("’", "'")


def number_key(token: str) -> str:
    """Return the value of a number, written in one way; a version or a date stays as it is.

    "1,204" is a thousand and "41,20" is forty-one, as no rule fits both languages better. Works on
    the text: a number of 100,000 digits costs no more than a word.
    """
    sign, digits = ("-", token[1:]) if token[0] in "-−" else ("", token)
    if not digits.isascii():
        digits = "".join(str(int(c)) if c.isdecimal() else c for c in digits)
    if _THOUSANDS.fullmatch(digits):
        digits = digits.replace(",", "")
    elif _EUROPEAN.fullmatch(digits):
        digits = digits.replace(".", "").replace(",", ".")
    elif _DECIMAL_COMMA.fullmatch(digits):
        digits = digits.replace(",", ".")
    if not _PLAIN.fullmatch(digits):
        return sign + digits
    whole, _, part = digits.partition(".")
    whole, part = whole.lstrip("0") or "0", part.rstrip("0")
    value = f"{whole}.{part}" if part else whole
    return value if value == "0" else sign + value


def is_number(word_key: str) -> bool:
    return "-" <= word_key < ":"


def word_diff(a: str, b: str) -> list[Change]:
    """Return how the second text came from the first, word by word; space is not compared.

    Joined, "same" and "added" are the second text; "same" and "removed" the words of the first.
    What is behind MAX_CHARACTERS is one change, or the same.
    """
    old, new = _spaced(a[:MAX_CHARACTERS]), _spaced(b[:MAX_CHARACTERS])
    found = matches([word.strip() for word in old], [word.strip() for word in new])
    changes: list[Change] = []
    i = j = 0
    for start, other, size in (*found, (len(old), len(new), 0)):
        changes.append(Change("removed", "".join(old[i:start])))
        changes.append(Change("added", "".join(new[j:other])))
        changes.append(Change("same", "".join(new[other : other + size])))
        i, j = start + size, other + size
    changes += _behind(a[MAX_CHARACTERS:], b[MAX_CHARACTERS:])
    return [change for change in changes if change.text]


def _behind(a: str, b: str) -> list[Change]:
    return [Change("same", b)] if a == b else [Change("removed", a), Change("added", b)]


def _spaced(text: str) -> list[str]:
    """Return the words and signs, each with the space before it, the last one with what follows."""
    # Looking for a word behind the space at the end would take quadratic time.
    spaced = re.findall(_SPACED, text.rstrip())
    if spaced:
        spaced[-1] += text[len(text.rstrip()) :]
    return spaced
