"""A shorter way to the same place: steps are left out, halves first."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Step = TypeVar("Step")
MAX_TRIES = 40


def shortest(
    way: Sequence[Step], leads: Callable[[Sequence[Step]], bool], tries: int = MAX_TRIES
) -> Sequence[Step]:
    """Leave out what is not needed; the way that is returned leads there as the first one did."""
    size = max(len(way) // 2, 1)
    while size:
        place = 0
        while place < len(way) and tries:
            shorter = [*way[:place], *way[place + size :]]
            tries -= 1
            if shorter and leads(shorter):
                way = shorter
            else:
                place += size
        size //= 2
    return way
