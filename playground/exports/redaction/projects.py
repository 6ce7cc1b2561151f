"""The project that a run or a comparison is in, for its members."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.exports.redaction.scope import Shown
    from playground.runs.models.comparison import Comparison
    from playground.runs.models.run import Run


@dataclass(frozen=True)
class ShownProject:
    id: int
    name: str


def shown_project(item: Run | Comparison, shown: Shown) -> ShownProject | None:
    """Return the project; to a stranger none."""
    project = item.project if shown.own and item.project_id else None
    return ShownProject(project.pk, project.name) if project else None
