"""Marks in a text what was searched for. The text is escaped; only `mark` is markup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from playground.runs.search.terms import UNIT, fold

if TYPE_CHECKING:
    from playground.runs.search.terms import Term


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
    words = list(UNIT.finditer(text)) if terms else []
    folded = [fold(word.group()) for word in words]
    places: list[tuple[int, int]] = []
    for at, word in enumerate(words):
        lengths = [len(term.units) for term in terms if term.fits(folded, at)]
        if lengths and (not places or word.start() >= places[-1][1]):
            places.append((word.start(), words[at + max(lengths) - 1].end()))
    return places
