"""Where a mean score lies with 95 % certainty. For a share of right answers: `wilson`.

The bootstrap is the bias-corrected and accelerated one (BCa; Efron 1987): scores pile up at 1, and
the plain percentile interval of such a skewed sample lies too high. Above MAX_RESAMPLED scores its
limits are computed instead, by the expansion to the second order that BCa agrees with (Hall 1988).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import lru_cache
from math import sqrt
from random import Random
from statistics import NormalDist, fmean, pstdev
from typing import TYPE_CHECKING

from playground.comparisons.blind.win_rates import Z_95, Interval, wilson

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Interval", "mean_interval", "wilson"]

RESAMPLES = 2_000
MAX_RESAMPLED = 100
_NORMAL = NormalDist()


def mean_interval(scores: Sequence[float]) -> Interval | None:
    """Return the interval of the mean; None under two different scores, which show no spread.

    Equal scores in any order give the same interval, on any machine.
    """
    ordered = sorted(scores)
    if not ordered or ordered[0] == ordered[-1]:
        return None
    mean, spread = fmean(ordered), pstdev(ordered)
    skew = fmean([((score - mean) / spread) ** 3 for score in ordered])
    root = sqrt(len(ordered))
    if len(ordered) <= MAX_RESAMPLED:
        return _resampled(tuple(ordered), mean, skew / (6 * root))
    shift = skew * (2 * Z_95**2 + 1) / (6 * root)
    low, high = (mean + spread / root * (z + shift) for z in (-Z_95, Z_95))
    return Interval(max(low, ordered[0]), min(high, ordered[-1]))


@lru_cache(maxsize=512)
def _resampled(scores: tuple[float, ...], mean: float, acceleration: float) -> Interval:
    random = Random(repr(scores))  # noqa: S311 - nothing secret: the same data say the same
    draw, n = random.choices, len(scores)
    means = sorted([sum(draw(scores, k=n)) / n for _ in range(RESAMPLES)])
    bias = _NORMAL.inv_cdf(_share_below(means, mean))
    return Interval(*(means[_place(z, bias, acceleration)] for z in (-Z_95, Z_95)))


def _share_below(means: Sequence[float], mean: float) -> float:
    """Count those equal to the mean by half, and never all or none: scores can be coarse."""
    slack = 1e-12 * max(1.0, abs(mean))
    below, upto = bisect_left(means, mean - slack), bisect_right(means, mean + slack)
    return min(max((below + upto) / 2, 1), len(means) - 1) / len(means)


def _place(z: float, bias: float, acceleration: float) -> int:
    moved = bias + (bias + z) / (1 - acceleration * (bias + z))
    return min(int(_NORMAL.cdf(moved) * RESAMPLES), RESAMPLES - 1)
