"""The rule of numbers: one number of the answer is the expected one, within a tolerance."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from playground.experiments.rules.reading import Answer, Reading, unread
from playground.experiments.rules.wording import final
from playground.rendering.numerals import (
    AUTO,
    NOTATIONS,
    Numeral,
    first_numeral,
    last_numeral,
    numerals,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

LAST, FIRST, ONLY = "last", "first", "only"
MAX_SEVERAL = 3  # that are named


@dataclass(frozen=True)
class Number:
    """within: so much to either side, of the expected value's hundredths where percent is true.

    take: which number of the answer. decimal: the decimal sign where 1,249 could be both; by
    itself a comma before three digits parts thousands, a point does not.
    """

    within: float = 0.0
    percent: bool = False
    take: str = field(default=LAST, metadata={"choices": (LAST, FIRST, ONLY)})
    decimal: str = field(default=AUTO, metadata={"choices": NOTATIONS})

    def judge(self, answer: Answer) -> Reading:
        expected = self.expected(answer.expected)
        if expected is None:
            return unread("The expected value is no number.")
        numeral, reason = self.read(answer.text)
        if numeral is None:
            return Reading("", right=False, reason=reason)
        value, distance = min(_distances(numeral, expected), key=lambda one: one[1])
        right = distance <= self._limit(expected)
        off = "" if right else f"Off by {shown(distance)}."
        return Reading(shown(value), right, None, " ".join(filter(None, (off, numeral.note))))

    def read(self, text: str) -> tuple[Numeral | None, str]:
        """Return the number that is taken; None with the reason where there is none."""
        text = final(text)
        if self.take == ONLY:
            return self._only(numerals(text, self.decimal))
        seek = first_numeral if self.take == FIRST else last_numeral
        numeral = seek(text, self.decimal)
        return numeral, "" if numeral else "No number in the answer."

    def _only(self, found: Iterator[Numeral]) -> tuple[Numeral | None, str]:
        several: dict[Decimal, Numeral] = {}
        for one in found:
            several.setdefault(one.value, one)
            if len(several) > MAX_SEVERAL:
                break
        if len(several) == 1:
            return next(iter(several.values())), ""
        named = ", ".join(shown(value) for value in list(several)[:MAX_SEVERAL])
        return None, f"Several numbers: {named}." if several else "No number in the answer."

    def expected(self, text: str) -> Numeral | None:
        """Return the number of an expected value, which has one alone."""
        return Number(take=ONLY, decimal=self.decimal).read(text)[0]

    def _limit(self, expected: Numeral) -> Decimal:
        within = Decimal(str(self.within))
        return abs(expected.value) * within / 100 if self.percent else within


def _distances(read: Numeral, expected: Numeral) -> Iterator[tuple[Decimal, Decimal]]:
    """45 % is 45 where the other one has no sign, and 0.45: whichever is nearer."""
    yield read.value, abs(read.value - expected.value)
    if read.percent and not expected.percent:
        yield read.value / 100, abs(read.value / 100 - expected.value)
    if expected.percent and not read.percent:
        yield read.value, abs(read.value - expected.value / 100)


def shown(value: Decimal) -> str:
    return f"{value:f}" if -12 < value.adjusted() < 18 or not value else f"{value.normalize():e}"
