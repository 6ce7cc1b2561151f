"""The rules of error rates: how many characters or words differ from what is expected."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playground.experiments.rules.number import Number
from playground.experiments.rules.reading import Answer, Reading, shortened, unread
from playground.experiments.rules.wording import folded

if TYPE_CHECKING:
    from collections.abc import Sequence

ANSWER, NUMBER = "answer", "number"


@dataclass(frozen=True)
class CharacterErrorRate:
    """limit: the highest rate that is right. of: the whole answer, or the number read in it."""

    limit: float = 0.0
    of: str = field(default=ANSWER, metadata={"choices": (ANSWER, NUMBER)})
    ignore_case: bool = False
    ignore_punctuation: bool = False

    def judge(self, answer: Answer) -> Reading:
        pair = (answer.text, answer.expected) if self.of == ANSWER else _numbers(answer)
        if pair is None:
            return unread("The expected value is no number.")
        read, expected = (self._folded(text) for text in pair)
        if not expected:
            return unread("The expected value has no words.")
        rate = error_rate(self._units(read), self._units(expected))
        return Reading(
            shortened(read), rate <= self.limit, max(0.0, 1 - rate), f"{rate:.0%} wrong."
        )

    def _folded(self, text: str) -> str:
        case, punctuation = self.ignore_case, self.ignore_punctuation
        return folded(text, case=case, space=True, punctuation=punctuation)

    def _units(self, text: str) -> Sequence[str]:
        return text


@dataclass(frozen=True)
class WordErrorRate(CharacterErrorRate):
    """The same, by words."""

    def _units(self, text: str) -> Sequence[str]:
        return text.split()


def _numbers(answer: Answer) -> tuple[str, str] | None:
    """Return the number read and the one expected, without zeros that say nothing."""
    expected = Number().expected(answer.expected)
    read, _ = Number().read(answer.text)
    if expected is None:
        return None
    return f"{read.value.normalize():f}" if read else "", f"{expected.value.normalize():f}"


def error_rate(read: Sequence[str], expected: Sequence[str]) -> float:
    """Return the changes per unit expected. Twice as many units are not compared: all is wrong."""
    from rapidfuzz.distance import Levenshtein  # for experiments that have this rule

    if len(read) > 2 * len(expected):
        return len(read) / len(expected) - 1
    return Levenshtein.distance(read, expected) / len(expected)
