"""The rule of numbers: one number of the answer is the expected one, within a tolerance."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from playground.evidence.matching.dates import dates, times
from playground.experiments.rules.reading import Answer, Reading, unread
from playground.experiments.rules.wording import final, unwrapped
from playground.rendering.numerals import (
    AUTO,
    MAX_CHARACTERS,
    NOTATIONS,
    Numeral,
    first_numeral,
    last_numeral,
    numerals,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

LAST, FIRST, ONLY = "last", "first", "only"
NONE = "No number in the answer."
YEARS = range(1500, 2200)
MAX_SEVERAL = 3  # that are named
_FRACTION = re.compile(
    r"(?<![\w./,:])(\d{1,6})[ ]?[/⁄][ ]?(\d{1,6})(?![\w/]|[.,]\d)"
    r"|\\[dt]?frac\{(\d{1,6})\}\{(\d{1,6})\}"
)
# Of times: 1:50 may be a scale.
_CLOCK = re.compile(r"\d\d:|\d{1,2}(?::\d\d){1,2}[ ]?[ap]\.?m\b|\d:\d\d:\d\d", re.IGNORECASE)


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
        is_fraction = bool(_FRACTION.search(answer.expected))
        text = _divided(answer.text) if is_fraction else answer.text
        numeral, reason = self.read(text, in_dates=expected.value in YEARS)
        if numeral is None:
            return Reading("", right=False, reason=reason)
        value, distance = min(_distances(numeral, expected), key=lambda one: one[1])
        right = distance <= self._limit(expected)
        off = "" if right else f"Off by {shown(distance)}."
        return Reading(shown(value), right, None, " ".join(filter(None, (off, numeral.note))))

    def read(self, text: str, *, in_dates: bool = False) -> tuple[Numeral | None, str]:
        """Return the number that is taken; None with the reason where there is none.

        in_dates: those of dates count, too, as where a year is asked for.
        """
        text = final(text)
        text = text[:MAX_CHARACTERS] if self.take != LAST else text[-MAX_CHARACTERS:]
        if _FRACTION.fullmatch(unwrapped(text)):
            text = _divided(text)
        found = self._sought(text if in_dates else _without_moments(text))
        return self._sought(text) if found[1] == NONE else found

    def _sought(self, text: str) -> tuple[Numeral | None, str]:
        if self.take == ONLY:
            return self._only(numerals(text, self.decimal))
        seek = first_numeral if self.take == FIRST else last_numeral
        numeral = seek(text, self.decimal)
        return numeral, "" if numeral else NONE

    def _only(self, found: Iterator[Numeral]) -> tuple[Numeral | None, str]:
        several: dict[Decimal, Numeral] = {}
        for one in found:
            several.setdefault(one.whole, one)
            if len(several) > MAX_SEVERAL:
                break
        if len(several) == 1:
            return next(iter(several.values())), ""
        named = ", ".join(shown(value) for value in list(several)[:MAX_SEVERAL])
        return None, f"Several numbers: {named}." if several else NONE

    def expected(self, text: str) -> Numeral | None:
        """Return the number of an expected value, which has one alone; (5.00) is -5.00."""
        found = Number(take=ONLY, decimal=self.decimal).read(_divided(text))[0]
        whole = unwrapped(text).lstrip("$€£¥ ")
        if found and found.bracketed and whole.startswith("("):
            return found._replace(value=-abs(found.whole))
        return found and found._replace(value=found.whole)

    def _limit(self, expected: Numeral) -> Decimal:
        within = Decimal(str(self.within))
        return abs(expected.value) * within / 100 if self.percent else within


def _distances(read: Numeral, expected: Numeral) -> Iterator[tuple[Decimal, Decimal]]:
    """45 % is 45 where the other one has no sign, and 0.45: whichever is nearer.

    So is (5.00), and so are 2 million where 2 is expected of a table in millions.
    """
    yield read.whole, abs(read.whole - expected.value)
    if read.scale and not expected.scale:
        yield read.value, abs(read.value - expected.value)
    if read.bracketed:
        yield -read.whole, abs(-read.whole - expected.value)
    if read.percent and not expected.percent:
        yield read.value / 100, abs(read.value / 100 - expected.value)
    if expected.percent and not read.percent:
        yield read.value, abs(read.value - expected.value / 100)


def _without_moments(text: str) -> str:
    """Leave out dates that have a year, and times: what is asked for seldom stands in them."""
    signs = list(text)
    found = [(start, end) for days, start, end in dates(text) if all(day.year for day in days)]
    found += [(start, end) for _, start, end in times(text) if _CLOCK.match(text, start)]
    for start, end in found:
        signs[start:end] = "|" * (end - start)
    return "".join(signs)


def _divided(text: str) -> str:
    """Write fractions out: 0.5 for 1/2."""
    return _FRACTION.sub(_quotient, text)


def _quotient(match: re.Match[str]) -> str:
    upper, lower = (Decimal(one) for one in match.groups() if one)
    return f"{upper / lower:.12f}".rstrip("0").rstrip(".") if lower else match[0]


def shown(value: Decimal) -> str:
    return f"{value:f}" if -12 < value.adjusted() < 18 or not value else f"{value.normalize():e}"
