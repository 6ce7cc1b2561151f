"""Counts of times in log-spaced buckets, from which quantiles are read with a stated error.

A bucket is 5 % wide. What is read lies within ERROR of a time that was really measured, the one at
that rank, for times from MIN_SECONDS to MAX_SECONDS; what is outside counts as one of
these two.
"""

from __future__ import annotations

from collections import Counter
from math import ceil, floor, log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

RATIO = 1.05  # of the bounds of a bucket
MIN_SECONDS, MAX_SECONDS = 0.01, 10_000.0  # seconds
LAST = floor(log(MAX_SECONDS / MIN_SECONDS, RATIO))  # there are LAST + 1 buckets


def bucket(seconds: float) -> int:
    """Return the number of the bucket, from 0 to LAST. Clocks differ: a time may be negative."""
    if seconds > MAX_SECONDS:
        return LAST
    return (
        floor(log(seconds / MIN_SECONDS, RATIO)) if seconds > MIN_SECONDS else 0
    )  # also where it is no number


def middle(number: int) -> float:
    """Return the time that the bucket stands for, in seconds."""
    return float(MIN_SECONDS * RATIO ** (number + 0.5))


class Histogram:
    """How many times fell into each bucket. Two of them are added by adding their counts."""

    def __init__(self, counts: Mapping[int, int] | None = None) -> None:
        self.counts = Counter[int](counts or {})

    @classmethod
    def of_json(cls, stored: Mapping[str, int]) -> Histogram:
        return cls({int(number): count for number, count in stored.items()})

    def as_json(self) -> dict[str, int]:
        """Only the buckets that hold something: LAST + 1 at most, a few dozen as a rule."""
        return {str(number): count for number, count in sorted(self.counts.items()) if count}

    def add(self, seconds: float) -> None:
        self.counts[bucket(seconds)] += 1

    def __iadd__(self, other: Histogram) -> Histogram:
        self.counts.update(other.counts)
        return self

    def __len__(self) -> int:
        return self.counts.total()

    def quantile(self, share: float) -> float | None:
        """Return the time that a share of all times does not exceed; None where there is none.

        The time at rank ceil(share * n), the first at least, within ERROR.
        """
        wanted = max(ceil(share * len(self)), 1)
        for number, count in sorted(self.counts.items()):
            wanted -= count
            if wanted <= 0:
                return middle(number)
        return None
