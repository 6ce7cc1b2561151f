"""Makes an experiment of a comparison: right answers for runs that exist, and none asked again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Left
from django.utils.text import Truncator

from playground.comparisons.grid import Grid, grid_of
from playground.experiments import cases, marking, progress, test_sets
from playground.experiments.from_runs import content_of
from playground.experiments.models.experiment import Experiment
from playground.experiments.models.test_set import MAX_NAME_LENGTH
from playground.experiments.plan import MAX_VARIANTS, Column, Plan
from playground.runs.grid import COLUMNS, LONG_ANSWERS
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.storage.tokens import new_token
from playground.storage.writes import orderly_writes
from playground.submission.create import hold_project
from playground.submission.request import Options
from playground.web.formatting import first_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from playground.accounts.models import Account

BEYOND = 10_000_000  # where runs are put while their places change
MAX_EXCERPT = 400  # characters of an answer
JUDGED = "These are the answers of a model that marks an experiment. Mark that experiment instead."
BLIND = (
    "This comparison was blind, and its vote stands as it was given. Run the question again "
    "without hiding the names to mark its answers."
)
FURTHER = (
    "Its question goes on from earlier answers, which a test set cannot hold. "
    "Mark the comparison where the exchange began."
)
TOO_WIDE = (
    "It has {} columns, and an experiment compares at most "
    f"{MAX_VARIANTS}. Run it again with fewer models or values to mark it."
)
STILL_OPEN = (
    "Some of its runs were deleted, or the same model was asked again later, so that its columns "
    "have to be arranged anew. That can be done once all its runs have ended."
)


class NotMarkableError(Exception):
    """The answers cannot be marked; the words say why."""


class MarkedAlreadyError(Exception):
    """It became an experiment by another form, with other right answers or rules."""


@dataclass(frozen=True)
class Layout(Grid):
    """The runs of a comparison as an experiment has them: equal columns beside each other.

    rows, columns: by their numbers until now, in their order from now on. heads: a run of each
    variant. cells: the newest attempts; also those that were deleted a moment ago and may be
    brought back.
    """

    repeats: int

    @classmethod
    def of(cls, comparison: Comparison) -> Layout:
        runs = Run.everything.filter(comparison=comparison).order_by("created_at")
        runs = runs.defer("request", "response", *LONG_ANSWERS).prefetch_related("images__image")
        read = runs.annotate(excerpt=Left("output", MAX_EXCERPT))
        ordered = sorted(read, key=lambda run: run.deleted_at is None)
        grid = grid_of(ordered, has_rows=bool(comparison.rows))
        heads = dict(zip(grid.columns, grid.heads, strict=True))
        columns, repeats = _arranged({one: _asked(head) for one, head in heads.items()})
        firsts = [heads[one] for one in columns[::repeats]]
        return cls(grid.rows, columns, firsts, grid.cells, repeats)

    @property
    def variants(self) -> tuple[Column, ...]:
        return tuple(map(_asked, self.heads))

    @property
    def moves(self) -> dict[int, int]:
        """Return the new position of each that does not stay, by the old one."""
        there = {
            old * COLUMNS + column: row * COLUMNS + place
            for row, old in enumerate(self.rows)
            for place, column in enumerate(self.columns)
        }
        return {old: new for old, new in there.items() if old != new}

    def shown(self, row: int) -> list[Run | None]:
        """Return the runs of a row, None for each that is not there or was deleted."""
        return [None if run is None or run.deleted_at else run for run in self.row(row)]


def _asked(run: Run) -> Column:
    return Column(run.model_id, run.prompt, run.system_prompt, Options.of(run))


def _arranged(asked: Mapping[int, Column]) -> tuple[list[int], int]:
    """Return the columns in their order, and how many of them are repeats of one variant.

    Equal columns are repeats where each variant has as many; else each is a variant of its own.
    """
    alike: list[list[int]] = []
    for number, column in asked.items():
        same = next((one for one in alike if asked[one[0]] == column), None)
        if same:
            same.append(number)
        else:
            alike.append([number])
    if len({len(one) for one in alike}) > 1:
        return list(asked), 1
    return [number for same in alike for number in same], len(alike[0])


def refusal_of(comparison: Comparison, layout: Layout) -> str:
    """Say why its answers cannot be marked; empty where they can."""
    if hasattr(comparison, "judge"):
        return JUDGED
    if comparison.blind:
        return BLIND
    if any(run.exchange for run in layout.cells.values()):
        return FURTHER
    if len(layout.heads) > MAX_VARIANTS:
        return TOO_WIDE.format(len(layout.heads))
    is_open = any(run.may_change for run in layout.cells.values())
    return STILL_OPEN if is_open and layout.moves else ""


def make(
    comparison: Comparison,
    owner: Account | None,
    expected: Mapping[int, str],
    rules: Sequence[Mapping[str, Any]],
) -> Experiment:
    """Make it an experiment over the runs that it has, and mark them; a second press finds it.

    expected: by the number of its row. Raises NotMarkableError, MarkedAlreadyError, NoProjectError
    and TooManyTestSetsError.
    """
    digest = hashlib.sha256(json.dumps([sorted(expected.items()), *rules]).encode()).hexdigest()
    with orderly_writes(), transaction.atomic():
        locked = Comparison.objects.select_for_update().get(pk=comparison.pk)
        known = Experiment.objects.filter(pk=locked.pk).first()
        experiment = known or _make(locked, owner, expected, tuple(rules), digest)
    if experiment.form_digest != digest:
        raise MarkedAlreadyError
    if not known:
        marking.mark_missing(experiment)
        progress.advance(experiment.pk)
    return experiment


def _make(
    comparison: Comparison,
    owner: Account | None,
    expected: Mapping[int, str],
    rules: tuple[Mapping[str, Any], ...],
    digest: str,
) -> Experiment:
    hold_project(comparison.project_id, owner)
    layout = Layout.of(comparison)
    refusal = refusal_of(comparison, layout)
    if refusal:
        raise NotMarkableError(refusal)
    firsts = [layout.first(row) for row in layout.rows]
    title = comparison.title or first_line(firsts[0].prompt) or "Marked answers"
    name = Truncator(title).chars(MAX_NAME_LENGTH)
    origin = "the rows of a comparison"
    version = test_sets.create(name, owner, origin, comparison.project_id)
    rows = zip(layout.rows, firsts, strict=True)
    cases.append(version, [content_of(run, expected.get(row, "")) for row, run in rows], 0)
    _move(comparison, layout)
    comparison.title, comparison.rows = name, len(layout.rows)
    comparison.save(update_fields=["title", "rows"])
    plan = Plan(name, version, layout.variants, rules, layout.repeats, written=digest)
    return progress.keep(plan, comparison, new_token(), made=plan.total)


def _move(comparison: Comparison, layout: Layout) -> None:
    """Put the runs where an experiment looks for them: without gaps, repeats side by side."""
    moves = layout.moves
    runs = Run.everything.filter(comparison=comparison)
    for run in runs.only("position") if moves else ():
        new = moves.get(run.position, run.position)
        Run.everything.filter(pk=run.pk).update(position=new + BEYOND)
    runs.filter(position__gte=BEYOND).update(position=F("position") - BEYOND)
