"""What the page last said that a press of Run starts and costs.

A page posts what it showed beside the button. A program posts nothing of it: it is taken at its
word.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from playground.spending.prices import FREE, Estimate
from playground.web.params import number_or_none

if TYPE_CHECKING:
    from collections.abc import Mapping

AMOUNT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,30})?")


def shown_in(fields: Mapping[str, str]) -> Estimate | None:
    """Return what the page said. None: no page said anything; what cannot be read is no run."""
    if "shown_runs" not in fields:
        return None
    runs, units = (
        number_or_none(fields.get(name, "")) or 0 for name in ("shown_runs", "shown_units")
    )
    amount = fields.get("shown_amount", "")
    known = Decimal(amount) if AMOUNT.fullmatch(amount) else None
    return Estimate(runs, units, known, amount == FREE)


def words_after(shown: Estimate, now: Estimate) -> str:
    """Say both, for a press that was not sent."""
    said = shown.count if shown.runs != now.runs else shown.words
    them = "it" if now.runs == 1 else "them"
    return f"The page said {said}. This is {now.words}. Press Run to start {them}."
