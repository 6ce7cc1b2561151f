"""Marks in a text what was searched for. The text is escaped; only `mark` is markup."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from playground.runs.search.terms import UNIT, fold
from playground.storage.writing_systems import is_unspaced, same_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playground.runs.search.terms import Term


_UNSETTLED = re.compile("[\u0e33\u0eb3\u1100-\u11ff\u3099\u309a\uf900-\ufaff\uff66-\uff9f]")
_CHARACTER = re.compile("(?s:.)[\u1160-\u11ff\u3099\u309a\uff9e\uff9f]*")


def mark(text: str, terms: tuple[Term, ...]) -> SafeString:
    """Return the text as HTML with every place that fits a term between <mark> and </mark>."""
    parts, end = [], 0
    for start, stop in _places(text, terms):
        parts += [escape(text[end:start]), "<mark>", escape(text[start:stop]), "</mark>"]
        end = stop
    return mark_safe("".join([*parts, escape(text[end:])]))  # noqa: S308 - each part is escaped


def found_in(text: str, terms: tuple[Term, ...]) -> bool:
    return bool(_places(text, terms))


def _places(text: str, terms: tuple[Term, ...]) -> list[tuple[int, int]]:
    """Where the terms are, as start and end, none within another."""
    plain, starts, ends = _settled(text)
    words = list(UNIT.finditer(plain)) if terms else []
    folded = [fold(word.group()) for word in words]
    places: list[tuple[int, int]] = []
    for at, word in enumerate(words):
        lengths = [len(term.units) for term in terms if term.fits(folded, at)]
        if lengths and (not places or starts[word.start()] >= places[-1][1]):
            end = words[at + max(lengths) - 1].end()
            places.append((starts[word.start()], ends[end - 1]))
    return places


def _settled(text: str) -> tuple[str, Sequence[int], Sequence[int]]:
    """Return the text with characters as the index has them, and where each begins and ends.

    A syllable may be written in its letters, kana in half width, a Thai vowel as one or as two.
    """
    if not _UNSETTLED.search(text):
        return text, range(len(text)), range(1, len(text) + 1)
    plain, starts, ends = [], list[int](), list[int]()
    for found in _CHARACTER.finditer(text):
        one = found.group()
        plain.append(same_width(one) if is_unspaced(one) else one)
        starts += [found.start()] * len(plain[-1])
        ends += [found.end()] * len(plain[-1])
    return "".join(plain), starts, ends
