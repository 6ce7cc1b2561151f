"""The fields for prompts, each with what it has that the first one has not, word by word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.comparisons.diff.words import word_diff
from playground.composer.experiments.fields import MAX_TEXTS
from playground.web.formatting import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playground.comparisons.diff.words import Change

MAX_COMPARED = 10_000  # characters of a prompt: comparing takes time while somebody types


@dataclass(frozen=True)
class Prompt:
    """changes: what the first prompt and this one do not share; none of the first."""

    number: int
    text: str
    changes: Sequence[Change] = ()

    @property
    def words(self) -> str:
        """How much differs: 14 words more."""
        more, fewer = self._count("added"), self._count("removed")
        if more and fewer:
            return f"{counted(more, 'word')} more, {fewer} fewer"
        return f"{counted(more or fewer, 'word')} {'more' if more else 'fewer'}"

    def _count(self, kind: str) -> int:
        return sum(len(one.text.split()) for one in self.changes if one.kind == kind)


def prompts_of(texts: Sequence[str]) -> list[Prompt]:
    """Return a field for each text, one at least."""
    first, *others = list(texts) or [""]
    compared = others[: MAX_TEXTS - 1]
    changes = [_changes(first, text) for text in compared] + [[]] * (len(others) - len(compared))
    numbered = enumerate(zip(others, changes, strict=True), 2)
    return [Prompt(1, first), *(Prompt(number, *one) for number, one in numbered)]


def _changes(first: str, text: str) -> list[Change]:
    if not first.strip() or not text.strip() or max(len(first), len(text)) > MAX_COMPARED:
        return []
    return [one for one in word_diff(first, text) if one.kind != "same"]
