"""The grid of an experiment: which cases are shown, in which order, and what their cells say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from django.db.models.functions import Left

from playground.comparisons.grid import Line
from playground.experiments.models.mark import Mark, Source
from playground.runs.failures import explain
from playground.runs.grid import COLUMNS
from playground.runs.status import RunStatus
from playground.submission.repeat import retry_token
from playground.web.addresses import address

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from playground.comparisons.labels import Label
    from playground.experiments.models.experiment import Experiment
    from playground.experiments.models.test_set import Case
    from playground.experiments.outcome import Outcome
    from playground.runs.failures import Explanation
    from playground.runs.models.run import Run

SIZES = (20, 50, 100)  # rows of a page
SHOWS = ("all", "wrong", "disagree", "a", "b", "differ", "both", "neither", "unmarked")
PAIRS = {
    "a": {(True, False)},
    "b": {(False, True)},
    "differ": {(True, False), (False, True)},
    "both": {(True, True)},
    "neither": {(False, False)},
}
ORDERS = ("set", "wrong", "disagreement")
MAX_TEXT = 120  # characters of an answer that a cell shows


COMPLETED = RunStatus.COMPLETED
READ = (  # of a run: what a cell says of it, and why there is no answer
    *("comparison", "position", "status", "flagged", "lookup_started_at", "lookup_ended_at"),
    *("provider", "error_kind", "prediction_id"),
)


class Answered(NamedTuple):
    """What a cell needs of a run that is answered and marked, as most are: less than the row."""

    pk: uuid.UUID
    status: str
    may_change: bool = False

    def get_absolute_url(self) -> str:
        return address("run", self.pk)


class Said(NamedTuple):
    """What a mark says."""

    right: bool | None
    read: str
    note: str


@dataclass(frozen=True)
class View:
    """What of the grid is asked for. a, b: places of the chosen variants. start: row, from 0."""

    a: int = 0
    b: int = 1
    show: str = "all"
    tag: str = ""
    order: str = "set"
    start: int = 0
    size: int = SIZES[0]
    source: str = Source.RULE

    def query(self, **changes: object) -> dict[str, object]:
        """Return the parameters of the address that shows this, without those that are usual."""
        values = vars(replace(self, **changes))  # type: ignore[arg-type]
        usual = vars(View(a=self.a, b=self.b))
        chosen = {"a": values["a"], "b": values["b"]}
        return chosen | {name: one for name, one in values.items() if one != usual[name]}


def pages(start: int, size: int, count: int, address: Callable[[int], str]) -> dict[str, Any]:
    """Return where the page before and the one behind are found. address: by its first row."""
    end = min(start + size, count)
    return {
        "first": min(start + 1, count),
        "last": end,
        "before": address(max(start - size, 0)) if start else "",
        "after": address(end) if end < count else "",
        "next": min(size, count - end),
    }


@dataclass(frozen=True)
class Rows:
    """The verdicts of an experiment by case, for filters and order."""

    outcome: Outcome
    count: int

    @cached_property
    def verdicts(self) -> list[tuple[bool | None, ...]]:
        return list(zip(*self.outcome.verdicts, strict=True))

    def found(self, view: View) -> list[int]:
        """Return the rows that are asked for, all of them, in their order."""
        tagged = next((one.rows for one in self.outcome.tags if one.tag == view.tag), frozenset())
        rows = self._shown(sorted(tagged) if view.tag else range(self.count), view)
        if view.order == "wrong":
            rows.sort(key=lambda row: -self.verdicts[row].count(False))
        if view.order == "disagreement":
            rows.sort(key=lambda row: -self._disagreement(row))
        return rows

    def counts(self, view: View) -> dict[str, int]:
        """Return how many rows each choice of `show` has, with the tag that is chosen."""
        return {show: len(self.found(replace(view, show=show, order="set"))) for show in SHOWS}

    def _shown(self, rows: Iterable[int], view: View) -> list[int]:
        """Return those of the rows that the choice of `show` leaves: fast, for it is counted."""
        found, a, b = self.verdicts, view.a, view.b
        if view.show == "all":
            return list(rows)
        if view.show == "unmarked":
            return [row for row in rows if row in self.outcome.unmarked]
        if view.show == "wrong":
            return [row for row in rows if False in found[row]]
        if view.show == "disagree":
            return [row for row in rows if True in found[row] and False in found[row]]
        pairs = PAIRS[view.show]
        return [row for row in rows if (found[row][a], found[row][b]) in pairs]

    def _disagreement(self, row: int) -> int:
        """How many variants are in the minority."""
        found = self.verdicts[row]
        return min(found.count(True), found.count(False))


@dataclass(frozen=True)
class GridCell:
    """All runs of a variant for a case. verdict: of its repeats together.

    run: the first of them; None before it is created. text: what the answer was read as.
    """

    case: Case
    label: Label
    verdict: bool | None
    runs: Sequence[Run]
    text: str = ""
    note: str = ""
    right: int = 0
    anchor = ""  # which links of strangers lead to

    @property
    def run(self) -> Run | None:
        return self.runs[0] if self.runs else None

    @property
    def address(self) -> str:
        return self.runs[0].get_absolute_url()

    @property
    def repeats(self) -> int:
        return len(self.runs)

    @property
    def explanation(self) -> Explanation | None:
        return explain(self.run) if self.run else None

    @property
    def is_open(self) -> bool:
        return any(run.may_change for run in self.runs)

    @property
    def is_marked(self) -> bool:
        """Whether there is an answer, and so what a mark is about."""
        ends = {run.status for run in self.runs}
        return COMPLETED in ends and not self.is_open

    @property
    def failed(self) -> bool:
        """Whether there is no answer to mark."""
        return bool(self.runs) and not self.is_open and not self.is_marked

    @property
    def retry_token(self) -> str:
        return retry_token(self.runs[0], made=0)  # what was retried is no cell any more

    @property
    def words(self) -> str:
        """What a pointer that rests on it is told."""
        said = f"read {self.text}" if self.text else self.note or "nothing was read"
        verdict = {True: "Right: ", False: "Wrong: ", None: "No verdict: "}[self.verdict]
        expected = f", expected {self.case.expected}" if self.verdict is False else ""
        return f"{verdict}{said}{expected}. Open the run"


def lines_of(
    experiment: Experiment,
    outcome: Outcome,
    labels: Sequence[Label],
    rows: Sequence[int],
    source: str = Source.RULE,
) -> list[Line]:
    """Read the cases of these rows, with what each variant answered."""
    cases = {
        case.position: case
        for case in experiment.version.cases.filter(position__in=rows).prefetch_related(
            "images__image"
        )
    }
    runs, marks = _runs(experiment, rows, source)

    def cells(row: int) -> list[GridCell]:
        return [
            _cell(
                cases[row], label, outcome.verdicts[place][row], runs.get((row, place), []), marks
            )
            for place, label in enumerate(labels)
        ]

    return [_line(cases[row], cells(row)) for row in rows]


def _line(case: Case, cells: Sequence[GridCell]) -> Line:
    entry = next(iter(case.images.all()), None)
    about = [entry.name, *case.tags] if entry and entry.name else case.tags
    image = entry and entry.image
    return Line(case.position + 1, image, cells, about, _question(case), case.expected)


def _question(case: Case) -> str:
    """What tells the case from others: its own question, or its variables."""
    return case.question or ", ".join(map(str, case.variables.values()))


def _runs(
    experiment: Experiment, rows: Sequence[int], source: str
) -> tuple[dict[tuple[int, int], list[Run]], dict[uuid.UUID, Said]]:
    """Read the newest attempt at each place of these rows, by case and variant, and the marks."""
    columns = range(experiment.columns)
    places = [row * COLUMNS + column for row in rows for column in columns]
    attempts = experiment.comparison.runs.filter(position__in=places)
    read = attempts.order_by("position", "created_at").values_list("position", "pk", "status")
    newest = {position: Answered(pk, status) for position, pk, status in read}
    marks = _marks([one.pk for one in newest.values()], source)
    others = [one.pk for one in newest.values() if one.status != COMPLETED or one.pk not in marks]
    whole = attempts.filter(pk__in=others).only(*READ).annotate(excerpt=Left("output", MAX_TEXT))
    runs = {run.pk: run for run in whole}
    found: dict[tuple[int, int], list[Run]] = {}
    for position, one in newest.items():
        row, column = divmod(position, COLUMNS)
        cell = found.setdefault((row, column // experiment.repeats), [])
        cell.append(runs.get(one.pk) or cast("Run", one))
    return found, marks


def _marks(runs: Sequence[uuid.UUID], source: str) -> dict[uuid.UUID, Said]:
    found = Mark.objects.deciding(source).filter(run__in=runs).order_by("at")
    values = found.values_list("run", "right", "read", "note")
    return {pk: Said(right, read, note) for pk, right, read, note in values}


def _cell(
    case: Case,
    label: Label,
    verdict: bool | None,
    runs: Sequence[Run],
    marks: Mapping[uuid.UUID, Said],
) -> GridCell:
    first = runs[0] if runs else None
    mark = marks.get(first.pk) if first else None
    text = mark.read if mark and mark.read else ""
    if not text and first and not mark:
        text = " ".join(first.excerpt.split())  # type: ignore[attr-defined]
    right = sum(bool(marks[run.pk].right) for run in runs if run.pk in marks)
    return GridCell(case, label, verdict, runs, text, mark.note if mark else "", right)
