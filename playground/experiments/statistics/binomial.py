"""Probabilities of a binomial distribution, as floats: summed from the largest term on."""

from __future__ import annotations

from math import exp, lgamma, log, log1p

NEGLIGIBLE = 1e-17  # of the sum so far


def term(k: int, n: int, share: float) -> float:
    """Return the probability of exactly k of n."""
    if not 0 <= k <= n:
        return 0.0
    if share in (0.0, 1.0):
        return float(k == n * share)
    ways = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
    return exp(ways + k * log(share) + (n - k) * log1p(-share))


def below(k: int, n: int, share: float) -> float:
    """Return the probability of k of n or fewer."""
    if k >= n * share:  # the longer side: what is left of the other one
        return 1.0 - below(n - k - 1, n, 1 - share) if k < n else 1.0
    one = term(k, n, share)
    total = 0.0
    while k >= 0 and one > total * NEGLIGIBLE:
        total += one
        one *= k * (1 - share) / ((n - k + 1) * share)
        k -= 1
    return total
