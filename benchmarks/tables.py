"""Prints what was measured beside what is to be reached."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One line. limit None: shown for comparison. least: the limit is a floor."""

    measure: str
    value: float
    limit: float | None = None
    unit: str = "ms"
    least: bool = False
    note: str = ""

    @property
    def met(self) -> bool:
        if self.limit is None:
            return True
        return self.value >= self.limit if self.least else self.value <= self.limit

    def cells(self) -> list[str]:
        sign = ">=" if self.least else "<="
        wanted = "" if self.limit is None else f"{sign} {_number(self.limit)} {self.unit}"
        word = "" if self.limit is None else "met" if self.met else "MISSED"
        return [self.measure, f"{_number(self.value)} {self.unit}", wanted, word, self.note]


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if abs(value) < 10 else f"{value:,.0f}"


def show(rows: list[Row]) -> int:
    """Print the table; returns an exit code: 0 where every limit is kept."""
    lines = [["measure", "reached", "to reach", "", ""], *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(5)]
    for line in lines:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        )
    return 0 if all(row.met for row in rows) else 1
