"""What a press of Run would start and cost, and what the page last said of it.

A page posts what it showed beside the button. A program posts nothing of it: it is taken at its
word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from playground.web import formatting
from playground.web.params import number_or_none

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playground.spending.prices import Estimate

AMOUNT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,30})?")
FREE = "free"


@dataclass(frozen=True)
class Terms:
    """amount: about how many US dollars, None where that is not known. is_free: no charge."""

    runs: int
    units: int
    amount: Decimal | None
    is_free: bool = False

    @classmethod
    def of(cls, cost: Estimate) -> Terms:
        return cls(cost.runs, cost.units, cost.amount, cost.is_free)

    @classmethod
    def shown(cls, fields: Mapping[str, str]) -> Terms | None:
        """Return what the page said. None: no page said anything; what cannot be read is no run."""
        if "shown_runs" not in fields:
            return None
        runs, units = (
            number_or_none(fields.get(name, "")) or 0 for name in ("shown_runs", "shown_units")
        )
        amount = fields.get("shown_amount", "")
        known = Decimal(amount) if AMOUNT.fullmatch(amount) else None
        return cls(runs, units, known, amount == FREE)

    @property
    def amount_field(self) -> str:
        return FREE if self.is_free else "" if self.amount is None else f"{self.amount:f}"

    def exceed(self, shown: Terms) -> bool:
        """Whether more would be started, or would cost more, than what was shown."""
        return self.runs > shown.runs or self._cost_more_than(shown)

    def _cost_more_than(self, shown: Terms) -> bool:
        if self.is_free:
            return False
        if shown.is_free or self.units > shown.units:
            return True
        known = self.amount is not None and shown.amount is not None
        return known and self.amount > shown.amount  # type: ignore[operator]

    def words_after(self, shown: Terms) -> str:
        """Say both, for a press that was not sent."""
        said = shown._count if shown.runs != self.runs else shown.words
        them = "it" if self.runs == 1 else "them"
        return f"The page said {said}. This is {self.words}. Press Run to start {them}."

    @property
    def _count(self) -> str:
        return formatting.counted(self.runs, "run")

    @property
    def words(self) -> str:
        if self.is_free:
            return f"{self._count}, no charge"
        known = self.amount is not None
        return f"{self._count}, " + (
            f"about {formatting.money(self.amount)}" if known else formatting.units(self.units)
        )
