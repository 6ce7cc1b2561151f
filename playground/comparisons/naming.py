"""What can be said of a comparison afterwards: its name, and which answer is best."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.runs.models.comparison import Comparison
    from playground.runs.models.run import Run


def pick(comparison: Comparison, run: Run | None, why: str = "") -> None:
    """Name the best answer and why; None takes the choice back."""
    comparison.best, comparison.best_why = run, why.strip()[:300] if run else ""
    comparison.save(update_fields=["best", "best_why"])


def rename(comparison: Comparison, title: str) -> None:
    """Give it a title; blank goes back to the prompt's first line."""
    comparison.title = title.strip()[:120]
    comparison.save(update_fields=["title"])
