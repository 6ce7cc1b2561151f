"""What a rule reads in an answer, and what it is given to read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

MAX_ANSWER = 1_000_000  # characters
MAX_EXPECTED = 100_000
MAX_SHOWN = 200  # of what was read, and of a reason


class RuleError(ValueError):
    """A rule that cannot be; its text says why."""


class Reading(NamedTuple):
    """What a rule read, whether it is right, how good it is from 0 to 1, and why.

    right is None where nothing can be said: no expected value, or none that the rule understands.
    A score of None: the rule knows right and wrong alone.
    """

    read: str
    right: bool | None
    score: float | None = None
    reason: str = ""


@dataclass(frozen=True)
class Answer:
    """An answer without its reasoning, beside the expected value of its case.

    sizes: width and height of each image as it was sent; model: who answered. Boxes need both.
    """

    text: str
    expected: str
    sizes: tuple[tuple[int, int], ...] = ()
    model: str = ""


def unread(reason: str) -> Reading:
    return Reading("", None, None, reason)


def shortened(text: str, most: int = MAX_SHOWN) -> str:
    text = " ".join(text[: 4 * most].split())
    return text if len(text) <= most else text[: most - 1] + "…"
