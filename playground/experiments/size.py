"""How many runs an experiment makes, and what to take away where that is too many."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from playground.runs.grid import COLUMNS
from playground.web.formatting import counted


@dataclass(frozen=True)
class ExperimentSize:
    """Every case with every variant, so many times. noun: what a case is called."""

    cases: int
    variants: int
    repeats: int = 1
    noun: str = "case"

    @property
    def of_each(self) -> int:
        """Runs of each case."""
        return self.variants * self.repeats

    @property
    def runs(self) -> int:
        return self.cases * self.of_each

    @property
    def words(self) -> str:
        """The product in words: 40 images × 6 variants."""
        cases = counted(self.cases, self.noun, ",")
        words = f"{cases} × {counted(self.variants, 'variant')}"
        return f"{words} × {self.repeats} repeats" if self.repeats > 1 else words

    @property
    def too_many(self) -> str:
        """How many runs there are and may be; empty where they fit."""
        if self.of_each > COLUMNS:
            return f"{self.of_each} runs of each {self.noun}, at most {COLUMNS} in one experiment"
        most = settings.EXPERIMENT_RUNS
        over = f"{self.runs:,} runs, at most {most:,} in one experiment"
        return over if self.runs > most else ""

    @property
    def refusal(self) -> str:
        """What to take away where there are too many runs; empty where they fit."""
        if self.of_each > COLUMNS:
            return (
                f"That is {self.of_each} runs of each {self.noun}, and a row has room for "
                f"{COLUMNS}. Choose fewer variants or repeats. Nothing was sent."
            )
        if not self.too_many:
            return ""
        most = settings.EXPERIMENT_RUNS
        return (
            f"That is {self.runs:,} runs ({self.words}), and one experiment makes at most "
            f"{most:,}. {self._remedy(most)} Nothing was sent."
        )

    def _remedy(self, most: int) -> str:
        fewer = {
            self.noun: self.cases - most // self.of_each,
            "variant": self.variants - most // (self.cases * self.repeats),
            "repeat": self.repeats - most // (self.cases * self.variants),
        }
        now = {self.noun: self.cases, "variant": self.variants, "repeat": self.repeats}
        found = [counted(n, noun, ",") for noun, n in fewer.items() if 0 < n < now[noun]]
        return f"Take away {' or '.join(found)}." if found else "Use a smaller test set."
