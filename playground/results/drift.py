"""A rerun beside the run that it repeats: what differs in what was asked, and in the answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.catalog import entries
from playground.comparisons.diff.inputs import InputDifferences, input_differences
from playground.comparisons.diff.words import Change, word_diff
from playground.comparisons.differences import inputs_of, is_long
from playground.exports.redaction.facts import moment, run_cost
from playground.runs.status import RunStatus
from playground.web.formatting import counted, milliseconds, seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from playground.runs.models.run import Run

NEITHER = "Neither of the two runs has an answer."
ONE = "Only one of the two runs has an answer."
FLAGGED = "The provider flagged one of the answers as sensitive. They are not compared here."


@dataclass(frozen=True)
class Drift:
    """ancestor: the run before. facts: label, then, now. changes: none where nothing differs.

    why_not: why the answers are not compared; blank where they are. gone and came: words.
    is_long: they are compared as a whole from some place on.
    """

    ancestor: Run
    inputs: InputDifferences
    facts: list[tuple[str, str, str]]
    changes: list[Change]
    why_not: str
    gone: int
    came: int
    is_long: bool

    @property
    def answers(self) -> str:
        """How the answers differ, in a sentence."""
        if self.why_not or not self.changes:
            return self.why_not or "The answers are the same, word for word."
        parts = [f"{counted(self.gone, 'word', ',')} went"] if self.gone else []
        parts += [f"{counted(self.came, 'word', ',')} came"] if self.came else []
        return f"{' and '.join(parts)}."


def drift_of(run: Run) -> Drift | None:
    """Compare a run with the one that it repeats; None for any other, and until it has ended."""
    ancestor = run.rerun_of
    if not ancestor or ancestor.deleted_at or not run.has_ended:
        return None
    why_not = _why_not(ancestor, run)
    changes = [] if why_not else word_diff(ancestor.output, run.output)
    differing = any(change.kind != "same" for change in changes)
    return Drift(
        ancestor=ancestor,
        inputs=input_differences([inputs_of(ancestor), inputs_of(run)]),
        facts=_facts(ancestor, run),
        changes=changes if differing else [],
        why_not=why_not,
        gone=_count(changes, "removed"),
        came=_count(changes, "added"),
        is_long=is_long([ancestor, run]),
    )


def _why_not(then: Run, now: Run) -> str:
    answered = [run for run in (then, now) if run.status == RunStatus.COMPLETED]
    if len(answered) < 2:
        return NEITHER if not answered else ONE
    return FLAGGED if then.flagged or now.flagged else ""


def _count(changes: list[Change], kind: str) -> int:
    return sum(len(change.text.split()) for change in changes if change.kind == kind)


def _facts(then: Run, now: Run) -> list[tuple[str, str, str]]:
    facts: list[tuple[str, Callable[[Run], str]]] = [("Date", lambda run: moment(run.created_at))]
    if then.model_id != now.model_id:
        facts.append(("Model", lambda run: entries.find(run.model_id).name))
    facts.append(("Status", lambda run: run.get_status_display()))
    facts.append(("Inference", lambda run: milliseconds(run.inference_ms)))
    facts.append(("Total", lambda run: seconds(run.elapsed)))
    facts.append(("Cost", run_cost))
    return [(label, value(then), value(now)) for label, value in facts]
