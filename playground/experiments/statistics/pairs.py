"""Which of two variants is right more often, by the cases on which one is right and one wrong.

The test is McNemar's in its exact form: two-sided and binomial, without the mid-p correction, which
may exceed its level. All pairs of an experiment are corrected together by Holm's method.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from math import sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

from playground.experiments.statistics.binomial import below
from playground.experiments.statistics.forecast import more_cases
from playground.experiments.statistics.intervals import Interval

if TYPE_CHECKING:
    from collections.abc import Sequence

LEVEL = 0.05
MIN_CASES = 10
MARGIN = 0.02  # a difference of two points is none that matters
STEPS = 40  # of a bisection: to 1e-12


class Verdict(StrEnum):
    A = "a"
    B = "b"
    UNDECIDED = "undecided"
    EQUAL = "equal"
    TOO_FEW = "too_few"


class Counts(NamedTuple):
    """Cases that both variants were marked on, by who was right."""

    both: int
    only_a: int
    only_b: int
    neither: int

    @property
    def n(self) -> int:
        return sum(self)


@dataclass(frozen=True)
class Pair:
    """Two variants by their places. p: plain; p_holm: corrected for all pairs of the experiment.

    difference: what A is right more often, as a share, with 95 % certainty. more_cases: only where
    it is not decided, None where both are right equally often; see forecast.MAX_MORE_CASES.
    """

    a: int
    b: int
    n: int
    both: int
    only_a: int
    only_b: int
    neither: int
    p: float
    p_holm: float
    difference: Interval
    verdict: Verdict
    more_cases: int | None

    @property
    def decided(self) -> bool:
        return self.verdict in (Verdict.A, Verdict.B)


def compare(columns: Sequence[Sequence[bool | None]]) -> list[Pair]:
    """Return all pairs of variants. columns: the verdicts of each, on the same cases."""
    masks = [(_mask(column, (True,)), _mask(column, (True, False))) for column in columns]
    places = list(combinations(range(len(masks)), 2))
    counts = [_counts(*masks[a], *masks[b]) for a, b in places]
    plain = [mcnemar(one.only_a, one.only_b) for one in counts]
    tests = zip(places, counts, plain, holm_factors(plain), holm(plain), strict=True)
    return [_pair(*test, pairs=len(places)) for test in tests]


def _mask(column: Sequence[bool | None], values: tuple[bool, ...]) -> int:
    """Return an integer with a bit for each case: 66 pairs of 10,000 cases take milliseconds."""
    return int("0" + "".join(["1" if one in values else "0" for one in column]), 2)


def _counts(right_a: int, known_a: int, right_b: int, known_b: int) -> Counts:
    known = known_a & known_b
    a, b = right_a & known, right_b & known
    parts = (a & b, a & ~b, b & ~a, known & ~(a | b))
    return Counts(*(part.bit_count() for part in parts))


def _pair(
    places: tuple[int, int], counts: Counts, p: float, factor: int, p_holm: float, *, pairs: int
) -> Pair:
    difference = difference_interval(counts)
    surely = difference_interval(counts, LEVEL / pairs)
    verdict = _verdict(counts, p_holm, surely)
    more = None
    if verdict is Verdict.UNDECIDED:  # by the corrected p, and so are more cases
        more = more_cases(counts.only_a, counts.only_b, counts.n, LEVEL / factor)
    return Pair(*places, counts.n, *counts, p, p_holm, difference, verdict, more)


def _verdict(counts: Counts, p_holm: float, surely: Interval) -> Verdict:
    """A difference that was shown is said, even where it is surely smaller than MARGIN."""
    if counts.n < MIN_CASES:
        return Verdict.TOO_FEW
    if p_holm <= LEVEL:
        return Verdict.A if counts.only_a > counts.only_b else Verdict.B
    within = surely.low >= -MARGIN and surely.high <= MARGIN
    return Verdict.EQUAL if within else Verdict.UNDECIDED


def mcnemar(only_a: int, only_b: int) -> float:
    """Return how often two equal variants would differ as much as this, or more."""
    return min(1.0, 2 * below(min(only_a, only_b), only_a + only_b, 0.5))


def holm_factors(plain: Sequence[float]) -> list[int]:
    """Return what each p is multiplied by: the number of tests whose p is no smaller."""
    order = sorted(range(len(plain)), key=plain.__getitem__)
    rank = {place: at for at, place in enumerate(order)}
    return [len(plain) - rank[place] for place in range(len(plain))]


def holm(plain: Sequence[float]) -> list[float]:
    """Return the p values corrected for their number (Holm 1979), in the order given."""
    factors = holm_factors(plain)
    corrected = [0.0] * len(plain)
    highest = 0.0
    for place in sorted(range(len(plain)), key=lambda place: -factors[place]):
        highest = max(highest, min(1.0, plain[place] * factors[place]))
        corrected[place] = highest
    return corrected


def difference_interval(counts: Counts, level: float = LEVEL) -> Interval:
    """Return where the difference of the two shares of right answers lies.

    Tango's score interval (Statistics in Medicine 17, 1998, 891-908): unlike Wald's and Newcombe's
    it keeps its level where few cases differ, or none does.
    """
    if not counts.n:
        return Interval(-1.0, 1.0)
    z = NormalDist().inv_cdf(1 - level / 2)
    seen = (counts.only_a - counts.only_b) / counts.n
    return Interval(_limit(counts, seen, -1.0, z), _limit(counts, seen, 1.0, z))


def _limit(counts: Counts, inside: float, outside: float, z: float) -> float:
    """Return the difference farthest from the one seen that the score test does not refuse."""
    for _ in range(STEPS):
        middle = (inside + outside) / 2
        if _score(counts, middle) <= z:
            inside = middle
        else:
            outside = middle
    return inside


def _score(counts: Counts, difference: float) -> float:
    """Return Tango's statistic without its sign."""
    _, only_a, only_b, _ = counts
    n = counts.n
    linear = (2 * n - only_a + only_b) * difference - only_a - only_b
    constant = -only_b * difference * (1 - difference)
    share_b = (sqrt(max(0.0, linear**2 - 8 * n * constant)) - linear) / (4 * n)
    variance = n * (2 * share_b + difference * (1 - difference))
    distance = abs(only_a - only_b - n * difference)
    return distance / sqrt(variance) if variance > 0 else (0.0 if distance < 1e-9 else float("inf"))
