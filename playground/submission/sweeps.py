"""Sweeps: the same model at several temperatures, or several times, in one comparison."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import nan

from django.core.exceptions import ValidationError

from playground.submission.size import MAX_COLUMNS
from playground.web.formatting import counted, number

TEMPERATURES = (
    "Give temperatures from 0 to 2 with commas between them, such as 0, 0.5, 1. Or leave it blank."
)
POINT = "A comma stands between two temperatures, a point before decimals: 0.5"
MAX_LENGTH, TOO_LONG = 1000, f"One press takes at most {MAX_COLUMNS} temperatures."  # characters
BETWEEN_DIGITS = re.compile(r"\d,\d")


@dataclass(frozen=True)
class Sweep:
    """temperatures: instead of the one option; empty for none. repeats: of each setting."""

    temperatures: tuple[float, ...] = ()
    repeats: int = 1

    @property
    def size(self) -> int:
        """How many runs each model gets."""
        return max(len(self.temperatures), 1) * self.repeats

    def temperatures_or(self, one: float | None) -> tuple[float | None, ...]:
        """Return the temperatures of the runs of a model, repeats next to each other."""
        chosen: tuple[float | None, ...] = self.temperatures or (one,)
        return tuple(value for value in chosen for _ in range(self.repeats))


def temperatures_in(text: str) -> tuple[float, ...]:
    """Return the numbers of a list typed by a person; raises ValidationError with the remedy."""
    if len(text) > MAX_LENGTH:
        raise ValidationError(TOO_LONG)
    parts = [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]
    values = tuple(dict.fromkeys(map(_temperature, parts)))
    if len(values) > MAX_COLUMNS:
        over = len(values) - MAX_COLUMNS
        raise ValidationError(
            f"That is {len(values)} temperatures, and one press takes at most {MAX_COLUMNS}. "
            f"Leave out {over}."
        )
    return values


def _temperature(part: str) -> float:
    try:
        value = float(part)
    except ValueError:
        value = nan
    if not 0 <= value <= 2:
        shown = part if len(part) <= 20 else f"{part[:20]}…"
        raise ValidationError(f"{shown} is no temperature. {TEMPERATURES}")
    return value


def said_of(text: str) -> str:
    """Return how a list that a person typed is read, or why it cannot be; empty for none."""
    try:
        values = temperatures_in(text)
    except ValidationError as error:
        return str(error.message)
    if not values:
        return ""
    *others, last = (number(one) for one in values)
    named = f"{', '.join(others)} and {last}" if others else last
    words = f"{counted(len(values), 'temperature')}: {named}"
    return f"{words}. {POINT}" if BETWEEN_DIGITS.search(text) else words
