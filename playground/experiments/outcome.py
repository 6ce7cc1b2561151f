"""What the marks of an experiment say: of each variant, of each pair of them, of each tag."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean, median
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from django.core.cache import cache

from playground.experiments.models.mark import Mark, Source
from playground.experiments.statistics.intervals import Interval, mean_interval, wilson
from playground.experiments.statistics.pairs import MIN_CASES, Pair, compare
from playground.experiments.statistics.repeats import majority, mean_score
from playground.runs.grid import COLUMNS
from playground.runs.status import RunStatus
from playground.spending.totals import PRICED, Bill, bill, is_costing

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from playground.experiments.models.experiment import Experiment, Variant

    Said = tuple[bool | None, float | None]  # right, score

KEPT_SECONDS = 60  # prices are corrected without a word to the experiment
READ = (
    *("pk", "position", "submitted_at", "finished_at", "tokens_in", "tokens_out"),
    *PRICED,
)


class CellRun(NamedTuple):
    """The run of a cell, as far as the outcome is concerned."""

    pk: uuid.UUID
    position: int
    submitted_at: datetime | None
    finished_at: datetime | None
    tokens_in: int | None
    tokens_out: int | None
    provider: str
    status: str
    prediction_id: str
    price: Decimal | None
    charged: Decimal | None
    units: int

    @property
    def seconds(self) -> float | None:
        """From the submission to the answer."""
        if self.status != RunStatus.COMPLETED or not self.submitted_at or not self.finished_at:
            return None
        return (self.finished_at - self.submitted_at).total_seconds()


@dataclass(frozen=True)
class Standing:
    """How one variant does. n: cases that are marked; right: of these. score: mean over cases.

    cost: of all its runs. asked: cases that these are about, marked or not; 0 where it was kept
    without. seconds: median of an answer. tokens_in, tokens_out: mean of an answer.
    """

    variant: Variant
    n: int
    right: int
    interval: Interval | None
    score: float | None
    score_interval: Interval | None
    cost: Bill
    seconds: float | None
    tokens_in: float | None
    tokens_out: float | None
    failed: int
    asked: int = 0

    @property
    def cost_of_case(self) -> Decimal:
        return (self.cost.amount or Decimal(0)) / max(self.asked or self.n, 1)

    @property
    def share(self) -> float | None:
        return self.right / self.n if self.n else None


@dataclass(frozen=True)
class TagRow:
    """How the variants do on the cases with a tag. right: of each variant, right and marked."""

    tag: str
    rows: frozenset[int]
    right: tuple[tuple[int, int], ...]

    @property
    def cases(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class Outcome:
    """verdicts, scores: of each variant, of each case in the order of the set; None: no mark.

    unmarked: cases with an answer that no person has marked. ends: how many runs ended in which
    state.
    """

    verdicts: Sequence[Sequence[bool | None]]
    scores: Sequence[Sequence[float | None]]
    unmarked: frozenset[int]
    ends: Mapping[str, int]
    standings: Sequence[Standing]
    pairs: Sequence[Pair]
    tags: Sequence[TagRow]

    def pair(self, a: int, b: int) -> Pair:
        """Return the pair of two variants by their places, whichever comes first."""
        return next(one for one in self.pairs if {one.a, one.b} == {a, b})


def outcome_of(experiment: Experiment, source: str = Source.RULE) -> Outcome:
    """Return what the marks of a source say: of the first rule, of all people, of all judges.

    Ten thousand cells take a quarter of a second to read. What was read is used again until a mark
    changes, and while runs end one after the other for as many seconds as there are thousands.
    """
    key = f"experiment-outcome-{experiment.pk.hex}-{source}"
    revision, moment, outcome = cache.get(key) or (-1, 0.0, None)
    age = time.time() - moment
    is_fresh = revision == experiment.revision or experiment.total / 1000 > age >= 1
    if outcome is None or not is_fresh:
        outcome = _outcome(experiment, source)
        cache.set(key, (experiment.revision, time.time(), outcome), KEPT_SECONDS)
    return cast("Outcome", outcome)


def _outcome(experiment: Experiment, source: str) -> Outcome:
    runs = [CellRun(*row) for row in experiment.comparison.cells().values_list(*READ)]
    table = _Table(experiment, runs, _marks(experiment, source))
    verdicts = [[majority(one) for one in column] for column in table.values(0)]
    scores = [[mean_score(one) for one in column] for column in table.values(1)]
    standings = list(map(_standing, experiment.variants.all(), verdicts, scores, table.runs()))
    unmarked = _unmarked(experiment, runs)
    ends = Counter(run.status for run in runs)
    pairs, tags = compare(verdicts), _tags(experiment, verdicts)
    return Outcome(verdicts, scores, unmarked, ends, standings, pairs, tags)


def _unmarked(experiment: Experiment, runs: Sequence[CellRun]) -> frozenset[int]:
    marks = Mark.objects.filter(run__comparison=experiment.pk, source=Source.PERSON)
    marked = set(marks.exclude(right=None, score=None).values_list("run", flat=True))
    answered = (run for run in runs if run.status == RunStatus.COMPLETED)
    return frozenset(run.position // COLUMNS for run in answered if run.pk not in marked)


@dataclass(frozen=True)
class _Table:
    """The runs by variant, and what their marks say by variant and case."""

    experiment: Experiment
    cells: Sequence[CellRun]
    marks: Mapping[uuid.UUID, Said]

    def values(self, part: int) -> list[list[list[Any]]]:
        """Return of each variant, for each case, what its repeats got. part: of what is said."""
        experiment = self.experiment
        rows = range(experiment.comparison.rows)
        columns: list[list[list[Any]]] = [[[] for _ in rows] for _ in experiment.variants.all()]
        for run in self.cells:
            said = self.marks.get(run.pk)
            if said:
                columns[self._variant(run)][run.position // COLUMNS].append(said[part])
        return columns

    def runs(self) -> list[list[CellRun]]:
        columns: list[list[CellRun]] = [[] for _ in self.experiment.variants.all()]
        for run in self.cells:
            columns[self._variant(run)].append(run)
        return columns

    def _variant(self, run: CellRun) -> int:
        return run.position % COLUMNS // self.experiment.repeats


def _tags(experiment: Experiment, verdicts: Sequence[Sequence[bool | None]]) -> list[TagRow]:
    """Return the tags of the cases, the most frequent first."""
    rows: defaultdict[str, list[int]] = defaultdict(list)
    tagged = experiment.version.cases.exclude(tags=[]).values_list("position", "tags")
    for position, tags in tagged:
        for tag in tags:
            rows[tag].append(position)
    ordered = sorted(rows.items(), key=lambda one: (-len(one[1]), one[0]))
    return [TagRow(tag, frozenset(found), _right(verdicts, found)) for tag, found in ordered]


def _right(
    verdicts: Sequence[Sequence[bool | None]], rows: Sequence[int]
) -> tuple[tuple[int, int], ...]:
    counts = (Counter(column[row] for row in rows) for column in verdicts)
    return tuple((one[True], one[True] + one[False]) for one in counts)


def _marks(experiment: Experiment, source: str) -> dict[uuid.UUID, Said]:
    found = Mark.objects.deciding(source).filter(run__comparison=experiment.pk).order_by()
    given: defaultdict[uuid.UUID, list[Said]] = defaultdict(list)
    for pk, right, score in found.values_list("run", "right", "score"):
        given[pk].append((right, score))
    return {pk: said[0] if len(said) == 1 else _together(said) for pk, said in given.items()}


def _together(marks: Sequence[Said]) -> Said:
    """Return what several people say of one answer: the majority, and the mean of their scores."""
    return majority([right for right, _ in marks]), mean_score([score for _, score in marks])


def _standing(
    variant: Variant,
    verdicts: Sequence[bool | None],
    scores: Sequence[float | None],
    runs: Sequence[CellRun],
) -> Standing:
    decided = [one for one in verdicts if one is not None]
    scored = [one for one in scores if one is not None]
    enough = len(decided) >= MIN_CASES
    seconds = _known(run.seconds for run in runs)
    return Standing(
        variant,
        n=len(decided),
        right=sum(decided),
        interval=wilson(sum(decided), len(decided)) if enough else None,
        score=fmean(scored) if scored else None,
        score_interval=mean_interval(scored) if len(scored) >= MIN_CASES else None,
        cost=bill(runs),
        seconds=median(seconds) if seconds else None,
        tokens_in=_mean(run.tokens_in for run in runs),
        tokens_out=_mean(run.tokens_out for run in runs),
        failed=sum(run.status == RunStatus.FAILED for run in runs),
        asked=len({run.position // COLUMNS for run in runs if is_costing(run)}),
    )


def _known(values: Iterable[float | None]) -> list[float]:
    return [one for one in values if one is not None]


def _mean(values: Iterable[float | None]) -> float | None:
    found = _known(values)
    return fmean(found) if found else None
