"""A stranger's addresses, and everything that a value holds as one text to search in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.runs.models.comparison import Comparison

if TYPE_CHECKING:
    from playground.exports.redaction import ShownComparison, ShownRun
    from playground.runs.models.run import Run
    from playground.runs.models.run_image import RunImage


@dataclass(frozen=True)
class LinkAddresses:
    """Below a token, as a share link has them."""

    own: bool = False

    def page(self, shown: Run | Comparison) -> str:
        return "/s/tok/" if isinstance(shown, Comparison) else f"/s/tok/#cell-{shown.position + 1}"

    def anchor(self, shown: Run | Comparison) -> str:
        return "" if isinstance(shown, Comparison) else f"cell-{shown.position + 1}"

    def picture(self, entry: RunImage, edge: int = 0) -> str:
        return f"/s/tok/images/{entry.position}-{edge}"


def text_of(shown: ShownRun | ShownComparison) -> str:
    """Return all that templates and writers can reach."""
    return repr(shown)
