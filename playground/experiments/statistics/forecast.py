"""The price of certainty: how many more cases would decide between two variants.

A whole experiment is imagined in which each case differs with the shares seen so far. Its power is
exact: of McNemar's test for each number of cases that differ, over how many of them there may be.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil, floor, sqrt
from statistics import NormalDist

from playground.experiments.statistics.binomial import below, term

POWER = 0.8
MAX_MORE_CASES = 100_000  # stands for as many or more
# Above so many differing cases the normal approximation is as good to one percent, and quicker.
MAX_EXACT = 200
TAIL = 5  # standard deviations of the number of differing cases that are summed on either side
_NORMAL = NormalDist()


@lru_cache(maxsize=4096)
def more_cases(only_a: int, only_b: int, n: int, level: float = 0.05) -> int | None:
    """Return how many cases on top of n decide it four times in five.

    None where neither is ahead: no number of cases shows a difference that is not there.
    """
    if only_a == only_b:
        return None
    ahead = max(only_a, only_b) / (only_a + only_b)
    differing = (only_a + only_b) / n
    needed = _normal_needed(ahead, level)
    total = ceil(needed / differing)
    if needed <= MAX_EXACT:
        total = _search(ahead, differing, level, total)
    return min(max(total - n, 1), MAX_MORE_CASES)


def _normal_needed(ahead: float, level: float) -> float:
    """Return the differing cases by the normal approximation, corrected for continuity."""
    gap = 2 * ahead - 1
    spread = 2 * sqrt(ahead * (1 - ahead))
    root = (_NORMAL.inv_cdf(1 - level / 2) + _NORMAL.inv_cdf(POWER) * spread) / gap
    return root**2 + 2 / gap


def _search(ahead: float, differing: float, level: float, near: int) -> int:
    """Return the fewest cases with enough power, sought by halves around a first guess."""
    low, high = near // 2, near
    while _power(high, ahead, differing, level) < POWER:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        if _power(middle, ahead, differing, level) < POWER:
            low = middle
        else:
            high = middle
    return high


def _power(n: int, ahead: float, differing: float, level: float) -> float:
    mean = n * differing
    reach = TAIL * sqrt(mean * (1 - differing)) + 1
    numbers = range(max(0, floor(mean - reach)), min(n, ceil(mean + reach)) + 1)
    return sum(term(m, n, differing) * _decides(m, ahead, level) for m in numbers)


@lru_cache(maxsize=16384)
def _decides(m: int, ahead: float, level: float) -> float:
    """Return how often m differing cases decide for the better variant."""
    return below(_critical(m, level), m, 1 - ahead)


@lru_cache(maxsize=16384)
def _critical(m: int, level: float) -> int:
    """Return the most cases of m that the loser may have won; -1 where it may have none."""
    k = max(-1, floor(m / 2 - _NORMAL.inv_cdf(1 - level / 2) * sqrt(m) / 2))
    while k >= 0 and 2 * below(k, m, 0.5) > level:
        k -= 1
    while 2 * below(k + 1, m, 0.5) <= level:
        k += 1
    return k
