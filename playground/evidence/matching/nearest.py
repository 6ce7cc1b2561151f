"""What was read that is most like a value which stands nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.evidence.matching.claims import CODE, NUMBER
from playground.evidence.matching.words import digits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playground.evidence.matching.claims import Claim
    from playground.evidence.matching.index import ReadIndex
    from playground.evidence.matching.places import Place

MIN_LIKENESS = 0.6  # of two numbers, as a share of their digits
MIN_WORDS_LIKENESS = 70  # of words and codes, in hundredths


def nearest(claim: Claim, index: ReadIndex) -> Place | None:
    """Return the place of a number with nearly the same digits, or of nearly the same words."""
    if claim.kind == NUMBER:
        return _most_alike(digits(claim.text), index.digits)
    if claim.kind == CODE:
        return _most_alike(claim.key, index.words)
    return _alike_words(claim.key, index) if claim.key else None


def _most_alike(key: str, words: Sequence[tuple[str, Place]]) -> Place | None:
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    best = process.extractOne(
        key,
        [word for word, _ in words],
        scorer=OSA.normalized_similarity,
        score_cutoff=MIN_LIKENESS,
    )
    return words[best[2]][1] if best else None


def _alike_words(key: str, index: ReadIndex) -> Place | None:
    from rapidfuzz.fuzz import partial_ratio_alignment

    best = partial_ratio_alignment(key, index.text, score_cutoff=MIN_WORDS_LIKENESS)
    if not best or best.dest_end - best.dest_start < len(key) / 2:
        return None
    return index.place(*index.whole_words(best.dest_start, best.dest_end))
