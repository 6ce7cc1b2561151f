"""How often a model wins, with how sure that is. Counts come in; which votes count is decided by
who counts them: only blind votes, and of those the ones that name a winner."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, sqrt
from typing import NamedTuple

MIN_VOTES = 10
Z_95 = 1.96  # standard deviations on either side that hold 95 % of a normal distribution


class Interval(NamedTuple):
    """Shares from 0 to 1."""

    low: float
    high: float


def wilson(wins: int, n: int, z: float = Z_95) -> Interval:
    """Return Wilson's score interval: honest for few votes, where the plain one passes 0 or 1.

    Without a vote anything is possible. Raises ValueError on counts that cannot be.
    """
    if not 0 <= wins <= n or not isfinite(z) or z < 0:
        raise ValueError(f"{wins} of {n} votes, z {z}")
    if n == 0:
        return Interval(0.0, 1.0)
    share, spread = wins / n, z * z / n
    middle = (share + spread / 2) / (1 + spread)
    reach = z / (1 + spread) * sqrt(share * (1 - share) / n + spread / (4 * n))
    # Rounding must not leave the share itself outside, nor the whole outside of 0 and 1.
    return Interval(max(0.0, min(middle - reach, share)), min(1.0, max(middle + reach, share)))


@dataclass(frozen=True)
class WinRate:
    """How many of its votes a model won.

    n is the votes with a winner in which the model took part: a tie and "all bad" are in neither
    number, as half a win for both would make a model of many ties look surer than it is.
    """

    wins: int
    n: int

    def __post_init__(self) -> None:
        if not 0 <= self.wins <= self.n:
            raise ValueError(f"{self.wins} of {self.n} votes")

    @property
    def share(self) -> float | None:
        """The share of wins; None under MIN_VOTES, when it is not to be shown at all."""
        return self.wins / self.n if self.n >= MIN_VOTES else None

    @property
    def interval(self) -> Interval | None:
        """Where the share lies with 95 % certainty; None under MIN_VOTES."""
        return wilson(self.wins, self.n) if self.n >= MIN_VOTES else None
