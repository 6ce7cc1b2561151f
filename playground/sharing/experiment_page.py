"""What the page of a shared experiment is drawn from: its outcome as it was, and some cases."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from playground.comparisons.grid import Line
from playground.comparisons.labels import labels_of, texts_of
from playground.experiments.agreement import is_unchecked
from playground.experiments.decision import first_choice
from playground.experiments.frozen import thaw
from playground.experiments.models.mark import Source
from playground.experiments.page import figures_of, prompts_of
from playground.experiments.table import MAX_TEXT, pages
from playground.runs.reasoning import without_reasoning
from playground.runs.status import RunStatus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from playground.comparisons.labels import Label
    from playground.experiments.frozen import Frozen, FrozenCell, FrozenRow
    from playground.exports.redaction import ShownComparison, ShownRun
    from playground.runs.models.run import Run
    from playground.sharing.opened import OpenLink

MAX_ROWS = 50  # cases of a page

Answer = tuple["ShownRun", "Run"]  # as far as it may be shown, and as it is


@dataclass(frozen=True)
class SharedCell:
    """run: None where it was never made or is not there any more. text: what it was read as."""

    label: Label
    verdict: bool | None
    right: int
    repeats: int
    run: ShownRun | None
    text: str = ""
    note: str = ""
    address = ""  # of the run, which a stranger has none of

    @property
    def anchor(self) -> str:
        return self.run.anchor if self.run else ""

    @property
    def words(self) -> str:
        """What a pointer that rests on it is told."""
        return self.text or self.note

    @property
    def is_marked(self) -> bool:
        run = self.run
        return bool(run and not run.withheld and run.status == RunStatus.COMPLETED)

    @property
    def why(self) -> str:
        """Why nothing is shown, where the state of the run does not say it."""
        if not self.repeats:
            return "Not asked"
        return (
            ""
            if self.run and not self.run.withheld
            else "Flagged, left out"
            if self.run
            else "Deleted"
        )


def part_of(link: OpenLink, start: int) -> OpenLink:
    """Return it with the answers of one page of cases; of what is no experiment, with all."""
    if not link.kept:
        return link
    rows = link.kept["rows"][start : start + MAX_ROWS]
    numbers = [cell[0] for row in rows for cell in row["cells"] if cell[0]]
    return link.part({link.share.best, *(link.share.cells[number - 1] for number in numbers)})


def outcome_context(link: OpenLink, content: ShownComparison, start: int) -> dict[str, Any] | None:
    """Return the figures and the cases from a place on; None where no outcome was kept."""
    if not link.kept:
        return None
    costs = not link.share.hide_costs
    frozen = thaw(link.kept, costs=costs, start=start, size=MAX_ROWS)
    labels = labels_of(frozen.variants)
    is_hidden = link.share.hide_system_prompt
    system_prompts = [] if is_hidden else texts_of(frozen.variants, "system_prompt")
    return {
        "frozen": frozen,
        "source": frozen.source,
        "marked_by": f"?source={frozen.source}" if frozen.source == link.source else "",
        "sources": [(Source(one), f"?source={one}") for one in frozen.sources],
        "agreements": [] if frozen.source == Source.RULE else frozen.agreements,
        "is_unchecked": is_unchecked(frozen.source, frozen.agreements),
        "labels": labels,
        "with_costs": costs,
        "prompts": prompts_of(frozen.variants),
        "system_prompts": list(filter(None, system_prompts)),
        "lines": _lines(frozen, labels, _answers(link, content), start),
        "pages": pages(
            start, MAX_ROWS, frozen.count, lambda one: f"?start={one}&source={frozen.source}"
        ),
        "found": frozen.count,
        **figures_of(frozen.outcome, labels, first_choice(frozen.outcome.standings)),
        **({} if costs else {"chart": None}),
    }


def _answers(link: OpenLink, content: ShownComparison) -> dict[int, Answer]:
    """Return the answers that are still there, by their numbers when the link was made."""
    numbers = {one: number for number, one in enumerate(link.share.cells, start=1)}
    pairs = zip(content.cells, link.runs, strict=True)
    return {numbers[str(row.pk)]: (shown, row) for shown, row in pairs}


def _lines(
    frozen: Frozen, labels: Sequence[Label], answers: Mapping[int, Answer], start: int
) -> list[Line]:
    lines = []
    for number, row in enumerate(frozen.rows, start=start + 1):
        runs = [answers[cell.run][0] for cell in row.cells if cell.run in answers]
        pairs = zip(labels, row.cells, strict=True)
        cells = [_cell(label, cell, answers.get(cell.run)) for label, cell in pairs]
        lines.append(line_of(number, runs, cells, row))
    return lines


def line_of(
    number: int, runs: Sequence[ShownRun], cells: Sequence[Any], row: FrozenRow | None = None
) -> Line:
    """Return a row with the image that its answers are about, as far as it is shown."""
    first = runs[0] if runs else None
    left_out = ["Image left out"] if first and first.images_left_out else []
    image = first.images[0] if first and first.images else None
    if not row:
        return Line(number, image, cells, left_out)
    about = [*row.tags, *left_out]
    return Line(number, image, cells, about, row.question, row.expected)


def _cell(label: Label, cell: FrozenCell, answer: Answer | None) -> SharedCell:
    """Take what was read off an answer only where all of that answer is shown."""
    shared = partial(SharedCell, label, cell.verdict, cell.right, cell.repeats)
    if not answer or answer[0].withheld:
        return shared(answer and answer[0])
    run, row = answer
    hides = run.reasoning is None and without_reasoning(row.output) != row.output
    read, note = ("", "") if hides else (cell.read, cell.note)
    return shared(run, read or " ".join(run.output.split())[:MAX_TEXT], note)
