"""What the grid of a matrix reads of its runs: the beginnings of answers, and what they cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, Sum
from django.db.models.functions import Left, Length

from playground.models.listing import ListedQuerySet
from playground.models.status import RunStatus
from playground.models.visibility import Row

if TYPE_CHECKING:
    from typing import Self

# Characters of an answer that a cell shows at most: as text, and as whole HTML.
CELL_TEXT, CELL_HTML = 600, 3000
LONG_COLUMNS = ("prompt", "system_prompt", "request", "response", "output", "output_html")


class GridQuerySet(ListedQuerySet[Row]):
    def for_grid(self) -> Self:
        """Without the long columns, but with the beginnings of the answers."""
        return self.defer(*LONG_COLUMNS, "candidates").annotate(
            excerpt=Left("output", CELL_TEXT + 1), short_html=Left("output_html", CELL_HTML + 1)
        )

    def answered(self) -> Self:
        """Runs whose answers can be compared: there is text, and it may be shown."""
        return self.filter(status=RunStatus.COMPLETED, flagged=False).exclude(output="")

    def characters(self) -> int:
        """How long all answers are together, without reading them."""
        return self.aggregate(total=Sum(Length("output")))["total"] or 0

    def may_cost(self) -> Self:
        """Runs that were, or may have been, charged for, and those that still will be; the demo's
        never are.
        """
        unsent = Q(status=RunStatus.CANCELLED, prediction_id="")
        return self.exclude(unsent | Q(status=RunStatus.FAILED) | Q(provider="demo"))
