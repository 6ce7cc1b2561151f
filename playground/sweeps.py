"""Sweeps: the same model at several temperatures, or several times, in one comparison."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from django.core.exceptions import ValidationError

MOST_CELLS = 12
TEMPERATURES = (
    "Give temperatures from 0 to 2 with commas between them, such as 0, 0.5, 1. Or leave it blank."
)


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
    parts = [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]
    try:
        values = tuple(dict.fromkeys(float(part) for part in parts))
    except ValueError:
        raise ValidationError(TEMPERATURES) from None
    if len(values) > MOST_CELLS or any(not isfinite(v) or not 0 <= v <= 2 for v in values):
        raise ValidationError(TEMPERATURES)
    return values
