"""In which order the Models page lists its rows, and what it finds worth saying of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from playground.catalog.entries import Model
    from playground.leaderboard.table import Row

DEFAULT = "latency"
MIN_RUNS = 10  # runs before a model is called fastest or most reliable
VALUES: dict[str, Callable[[Row], Any]] = {
    "name": lambda row: row.model.name.lower(),
    "price": lambda row: _known(row.price, row.model.units),
    "latency": lambda row: row.latency.median if row.latency else None,
    "success": lambda row: row.success,
    "wins": lambda row: row.rate.share,
    "runs": lambda row: row.sums.runs or None,
}
BEST_LAST = {"success", "wins", "runs"}  # more is better: such a column begins at its end


def _known(price: Any, units: int) -> Any:
    """Known amounts first, then by units; a server that says nothing has neither."""
    return (0, price) if price is not None else (1, units) if units else None


@dataclass(frozen=True)
class Order:
    """A column and a direction, as in `?sort=-wins`. What is not known comes last either way."""

    column: str = DEFAULT
    descending: bool = False

    @classmethod
    def of(cls, text: str) -> Order:
        """Read it from an address; anything else is the default."""
        column = text.removeprefix("-")
        return cls(column, text.startswith("-")) if column in VALUES else cls()

    @property
    def text(self) -> str:
        """As it stands in the address."""
        return f"{'-' if self.descending else ''}{self.column}"

    def sorted(self, rows: Iterable[Row]) -> list[Row]:
        value = VALUES[self.column]
        rows = sorted(rows, key=lambda row: row.model.name.lower())
        known = [row for row in rows if value(row) is not None]
        unknown = [row for row in rows if value(row) is None]
        known.sort(key=value, reverse=self.descending)
        return known + sorted(unknown, key=lambda row: -row.sums.runs)

    def link(self, column: str) -> str:
        """What the head of a column leads to: its better end first, the other way when pressed."""
        first = column in BEST_LAST
        descending = not self.descending if column == self.column else first
        return f"?sort={Order(column, descending).text}"

    def aria(self, column: str) -> str:
        if column != self.column:
            return ""
        return "descending" if self.descending else "ascending"


@dataclass(frozen=True)
class Finding:
    """One sentence beside the map."""

    title: str
    model: Model
    row: Row


def findings(rows: list[Row]) -> list[Finding]:
    """Return who leads: by wins, by latency, by success, and by wins at the standard price."""
    measured = [row for row in rows if row.sums.runs >= MIN_RUNS]
    voted = [row for row in rows if row.rate.share is not None]
    standard = [row for row in voted if not row.model.is_premium and not row.model.server]
    leaders = (
        ("Most preferred", max(voted, key=_wins, default=None)),
        ("Fastest", min((row for row in measured if row.latency), key=_median, default=None)),
        ("Most reliable", max(measured, key=_success, default=None)),
        ("Best standard-price model", max(standard, key=_wins, default=None)),
    )
    return [Finding(title, row.model, row) for title, row in leaders if row]


def _wins(row: Row) -> float:
    return row.rate.share or 0


def _median(row: Row) -> float:
    return row.latency.median if row.latency else 0


def _success(row: Row) -> tuple[float, int]:
    return row.success or 0, row.sums.runs
