"""Where a search was found: a short piece of the prompt and of the answer, cut by the database.

A list must not carry answers of two million characters to show a line of each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F, Value
from django.db.models.functions import Coalesce, Greatest, Lower, NullIf, StrIndex, Substr

from playground.runs.search import found_in, mark
from playground.storage.writing_systems import is_unspaced

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable

    from django.utils.safestring import SafeString

    from playground.runs.models.run import RunQuerySet
    from playground.runs.search import Term

EXCERPT_LENGTH = 240  # characters of a piece
LENGTH_BEFORE_MATCH = 60  # of them before what was found
MAX_TERMS_TRIED = 3  # terms that are looked for; a piece has room for no more


@dataclass(frozen=True)
class Excerpt:
    """text: a piece of the prompt or the answer, as HTML, in which what was found is marked."""

    text: SafeString
    of_answer: bool


def excerpts(
    runs: RunQuerySet, ids: Iterable[uuid.UUID], terms: tuple[Term, ...]
) -> dict[uuid.UUID, Excerpt]:
    """Return for each run the piece where the search was found; none where that is not clear."""
    answer, prompt = _start("output", terms), _start("prompt", terms)
    pieces = runs.filter(pk__in=ids).values_list(
        "pk",
        answer,
        Substr("output", answer, EXCERPT_LENGTH),
        prompt,
        Substr("prompt", prompt, EXCERPT_LENGTH),
    )
    found = {}
    for run, answer_start, answer_piece, prompt_start, prompt_piece in pieces:
        text, of_answer = _tidy(answer_piece, answer_start), True
        if not found_in(text, terms):
            text, of_answer = _tidy(prompt_piece, prompt_start), False
        if found_in(text, terms):
            found[run] = Excerpt(mark(text, terms), of_answer)
    return found


def _start(column: str, terms: tuple[Term, ...]) -> Greatest:
    """A little before the first term that is there, at the start of a word if that can be."""
    words = [term.words[0] for term in terms[:MAX_TERMS_TRIED]]
    tried = [before + word for word in words for before in (" ", "")]
    places = [NullIf(StrIndex(Lower(F(column)), Value(one)), Value(0)) for one in tried]
    return Greatest(Coalesce(*places, Value(1)) - Value(LENGTH_BEFORE_MATCH), Value(1))


def _tidy(text: str, start: int) -> str:
    """On one line, with a sign where it was cut instead of half a word."""
    first, last = ("… " if start > 1 else ""), (" …" if len(text) == EXCERPT_LENGTH else "")
    words = text.split()
    if not is_unspaced(text):  # there a word may be all of the piece
        words = words[1 if first else 0 : -1 if last else None]
    return first + " ".join(words) + last
