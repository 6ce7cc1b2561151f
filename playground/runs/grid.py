"""What the grid of a matrix reads of its runs: the beginnings of answers."""

from dataclasses import dataclass
from typing import Any, Self

from django.db.models import Sum
from django.db.models.functions import Left, Length

from playground.accounts.visibility import Row
from playground.runs.listing import ListedQuerySet
from playground.runs.status import RunStatus

# Places in a row of a matrix: the position of a run is its row times this, plus its column.
COLUMNS = 100
# Characters of an answer that a cell shows at most: as text, and as whole HTML.
CELL_TEXT, CELL_HTML = 600, 3000
LONG_COLUMNS = ("prompt", "system_prompt", "request", "response")
LONG_ANSWERS = ("output", "raw_output", "output_html")


@dataclass(frozen=True)
class Beginning:
    """The beginning of an answer; one character more than a cell shows where there is more."""

    text: str
    html: str


def beginning_of(run: Any) -> Beginning:
    """Return what the grid read of a run. run: as `for_grid` gives it."""
    return Beginning(run.excerpt, run.short_html)


class GridQuerySet(ListedQuerySet[Row]):
    def of_row(self, row: int) -> Self:
        """Those of one row of a grid, from 0."""
        return self.filter(position__gte=row * COLUMNS, position__lt=(row + 1) * COLUMNS)

    def for_grid(self) -> Self:
        """Without the long columns, but with the beginnings of the answers."""
        return self.defer(*LONG_COLUMNS, *LONG_ANSWERS, "candidates", "citations").annotate(
            excerpt=Left("output", CELL_TEXT + 1), short_html=Left("output_html", CELL_HTML + 1)
        )

    def answered(self) -> Self:
        """Runs whose answers can be compared: there is text, and it may be shown."""
        return self.filter(status=RunStatus.COMPLETED, flagged=False).exclude(output="")

    def characters(self) -> int:
        """How long all answers are together, without reading them."""
        return self.aggregate(total=Sum(Length("output")))["total"] or 0
