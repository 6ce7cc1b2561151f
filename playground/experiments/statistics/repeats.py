"""One verdict and one score of a case, whatever the number of its runs.

Repeats show how steady an answer is. Counted as cases they would make an experiment look surer
than its images are.
"""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def majority(repeats: Sequence[bool | None]) -> bool | None:
    """Return what more than half of the decided repeats say; None where none is decided.

    A tie is wrong: a variant that is right every other time cannot be relied on for this case.
    """
    decided = [one for one in repeats if one is not None]
    return 2 * sum(decided) > len(decided) if decided else None


def mean_score(repeats: Sequence[float | None]) -> float | None:
    """Return the mean of the scores that there are."""
    scores = [one for one in repeats if one is not None]
    return fmean(scores) if scores else None
