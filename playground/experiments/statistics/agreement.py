"""How far raters agree, beyond what they would by chance.

Right and wrong are two names: they agree or do not. Marks from 1 to 5 have an order, so that 4
beside 5 is a near miss: `ordinal` weighs disagreements by the square of their distance.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import product
from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

LOWEST, HIGHEST = 1, 5


class Agreement(NamedTuple):
    """kappa: 1 is full agreement, 0 what chance gives; None where all marks are the same, or none.

    n: cells that two or more people marked. agreed: those on which all of them said the same.
    """

    kappa: float | None
    n: int
    agreed: int


def cohen(pairs: Iterable[tuple[int | None, int | None]], *, ordinal: bool = False) -> Agreement:
    """Return Cohen's kappa of two raters, by cells; those that one of them left out count for none.

    With `ordinal` it is weighted by squares (Cohen 1968). Marks: True and False, or 1 to 5.
    """
    marked = [(a, b) for a, b in pairs if a is not None and b is not None]
    if not marked:
        return Agreement(None, 0, 0)
    seen = fmean([_weight(a, b, ordinal) for a, b in marked])
    first, second = (Counter(rater) for rater in zip(*marked, strict=True))
    chance = _chance(_shares([first]), _shares([second]), ordinal)
    return Agreement(_kappa(seen, chance), len(marked), sum(a == b for a, b in marked))


def fleiss(cells: Iterable[Sequence[int]], *, ordinal: bool = False) -> Agreement:
    """Return Fleiss' kappa of any number of raters, of whom each cell has those who marked it.

    Numbers may differ (Gwet 2014, 2.7): each cell with two marks or more has the same weight in
    what was seen, each cell with any in what chance gives. With equal numbers it is Fleiss' own.
    """
    counts = [Counter(cell) for cell in cells if cell]
    several = [one for one in counts if one.total() > 1]
    if not several:
        return Agreement(None, 0, 0)
    shares = _shares(counts)
    seen = fmean([_agreeing(one, ordinal) for one in several])
    agreed = sum(len(one) == 1 for one in several)
    return Agreement(_kappa(seen, _chance(shares, shares, ordinal)), len(several), agreed)


def _weight(a: int, b: int, ordinal: bool) -> float:
    return 1 - ((a - b) / (HIGHEST - LOWEST)) ** 2 if ordinal else float(a == b)


def _agreeing(marks: Counter[int], ordinal: bool) -> float:
    """Return the share of the pairs of marks on a cell that agree."""
    total = marks.total()
    both = sum(
        n * m * _weight(a, b, ordinal) for (a, n), (b, m) in product(marks.items(), repeat=2)
    )
    return (both - total) / (total * (total - 1))


def _shares(counts: Sequence[Counter[int]]) -> Mapping[int, float]:
    """Return how often each mark is given, as the mean over the cells."""
    shares: defaultdict[int, float] = defaultdict(float)
    for one in counts:
        for mark, n in one.items():
            shares[mark] += n / one.total() / len(counts)
    return shares


def _chance(first: Mapping[int, float], second: Mapping[int, float], ordinal: bool) -> float:
    pairs = product(first.items(), second.items())
    return sum(n * m * _weight(a, b, ordinal) for (a, n), (b, m) in pairs)


def _kappa(seen: float, chance: float) -> float | None:
    return (seen - chance) / (1 - chance) if chance < 1 - 1e-12 else None
