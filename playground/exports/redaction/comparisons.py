"""A comparison as far as it may be shown."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from playground.exports.redaction.notes import shown_notes
from playground.exports.redaction.received import together
from playground.exports.redaction.runs import ShownRun, shown_project, shown_run
from playground.web.formatting import first_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from playground.exports.redaction.notes import ShownNote
    from playground.exports.redaction.runs import ShownProject
    from playground.exports.redaction.scope import Shown
    from playground.runs.models.comparison import Comparison
    from playground.runs.models.run import Run

GOES_ON = ("processing", "submitting", "queued")
FIRST_OF_STATES = (*GOES_ON, "unknown", "failed", "cancelled", "completed")


@dataclass(frozen=True)
class ShownRow:
    """One image of a matrix. number: as it was given, from 1. cells: of the runs that it is in."""

    number: int
    cells: tuple[int, ...]


@dataclass(frozen=True)
class ShownVote:
    """The vote on a blind comparison. cell: the number of the answer that it is for, or None.

    outcome: answer, tie, all_bad, or none where the names were shown without a vote.
    """

    outcome: str
    cell: int | None
    given_at: datetime


@dataclass(frozen=True)
class ShownVerdict:
    """Whether an answer is right, and what it was read as or why nothing was."""

    right: bool | None
    read: str = ""


@dataclass(frozen=True)
class ShownComparison:
    """A comparison and its cells. id: blank for a stranger. best: the number of a cell, or None.

    title: blank where nobody gave one; `heading` is never blank. rows: of a matrix, else none.
    blind: whether the names were hidden at first. vote: for the owner, once they are shown.
    project: None for a stranger. notes: None where they are not shown.
    outcome: of an experiment, as Markdown, for files. verdicts: of its answers, by their numbers.
    """

    url: str
    id: str
    title: str
    heading: str
    created_at: datetime
    best: int | None
    best_why: str
    hidden: tuple[str, ...]
    cells: tuple[ShownRun, ...]
    rows: tuple[ShownRow, ...] = ()
    blind: bool = False
    vote: ShownVote | None = None
    project: ShownProject | None = None
    notes: tuple[ShownNote, ...] | None = None
    outcome: str = ""
    verdicts: Mapping[int, ShownVerdict] = field(default_factory=dict)

    @property
    def status(self) -> str:
        """The states of all cells in one word: what still goes on first, then the gravest end."""
        states = {run.status for run in self.cells}
        return next(state for state in FIRST_OF_STATES if state in states)

    @property
    def winner(self) -> ShownRun | None:
        return self.cells[self.best - 1] if self.best else None


@dataclass(frozen=True)
class Judgement:
    """What a person made of a comparison. best: the run, or None."""

    title: str
    best: UUID | None
    best_why: str


def shown_comparison(
    comparison: Comparison, cells: Sequence[Run], shown: Shown, judgement: Judgement | None = None
) -> ShownComparison:
    """Return the comparison with these cells, in this order, without what is hidden.

    cells, judgement: today's, or those of the moment when a link was made.
    """
    judged = judgement or Judgement(comparison.title, comparison.best_id, comparison.best_why)
    all_of_them = [shown_run(run, shown, number) for number, run in enumerate(cells, start=1)]
    fitting = together(run.received for run in all_of_them)
    runs = tuple(
        replace(run, received=received) for run, received in zip(all_of_them, fitting, strict=True)
    )
    places = {run.pk: number for number, run in enumerate(cells, start=1)}
    best = places.get(judged.best) if judged.best else None
    titles = (first_line(run.prompt) for run in runs)
    return ShownComparison(
        url=shown.addresses.page(comparison),
        id=str(comparison.pk) if shown.own else "",
        title=judged.title,
        heading=judged.title or next(filter(None, titles), "Comparison"),
        created_at=comparison.created_at,
        best=best,
        best_why=judged.best_why if best else "",
        hidden=shown.hidden,
        cells=runs,
        rows=_rows(cells) if comparison.rows else (),
        blind=comparison.blind,
        vote=_vote(comparison, places) if shown.own and comparison.blind else None,
        project=shown_project(comparison, shown),
        notes=shown_notes(comparison, shown),
    )


def runs_of(shown: ShownRun | ShownComparison) -> Sequence[ShownRun]:
    return shown.cells if isinstance(shown, ShownComparison) else (shown,)


def _vote(comparison: Comparison, places: Mapping[UUID, int]) -> ShownVote | None:
    vote = None if comparison.is_sealed else comparison.votes.first()
    if not vote:
        return None
    cell = places.get(vote.winner_id) if vote.winner_id else None
    return ShownVote(vote.outcome, cell, vote.given_at)


def _rows(cells: Sequence[Run]) -> tuple[ShownRow, ...]:
    rows: dict[int, list[int]] = {}
    for number, run in enumerate(cells, start=1):
        rows.setdefault(run.row, []).append(number)
    return tuple(ShownRow(row + 1, tuple(numbers)) for row, numbers in rows.items())
