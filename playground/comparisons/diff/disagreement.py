"""How much answers disagree, as one number: the order of the rows of a matrix."""

from __future__ import annotations

from itertools import combinations
from math import fsum
from typing import TYPE_CHECKING

from playground.comparisons.diff.conflicts import MAX_SHORT_ANSWER_LENGTH, comparable
from playground.comparisons.diff.parsing import read_texts
from playground.comparisons.diff.words import is_number

if TYPE_CHECKING:
    from collections.abc import Sequence


def disagreement(answers: Sequence[str]) -> float:
    """Return 0 where all answers use the same words and numbers, 1 where no two share any.

    The mean over all pairs of how much of their words is not in both, or of their numbers if that
    is more: among many words the one wrong number would not count. Says nothing of word order.
    """
    vocabularies = [reading.vocabulary for reading in read_texts(answers)]
    if all(len(answer) <= MAX_SHORT_ANSWER_LENGTH for answer in answers):
        vocabularies = [set(comparable(answer)) for answer in answers]  # "A+" is not "A-"
    numbers = [{word for word in words if is_number(word)} for words in vocabularies]
    pairs = list(combinations(range(len(answers)), 2))
    if not pairs:
        return 0.0
    distances = (
        max(_distance(vocabularies[i], vocabularies[j]), _distance(numbers[i], numbers[j]))
        for i, j in pairs
    )
    return fsum(distances) / len(pairs)  # the exact sum: the order of the answers does not matter


def _distance(a: set[str], b: set[str]) -> float:
    return 1 - len(a & b) / len(a | b) if a or b else 0.0
