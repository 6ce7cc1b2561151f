"""One case with all its answers, as it is opened for marking by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.comparisons.labels import labels_of
from playground.experiments import people
from playground.experiments.models.mark import Mark, Source
from playground.runs.failures import explain
from playground.runs.grid import COLUMNS
from playground.runs.models.comparison import letter, shuffled
from playground.runs.status import RunStatus
from playground.submission.variables import VARIABLE

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from playground.accounts.models import Account
    from playground.comparisons.labels import Label
    from playground.experiments.models.experiment import Experiment
    from playground.experiments.models.test_set import Case
    from playground.runs.failures import Explanation
    from playground.runs.models.run import Run


@dataclass(frozen=True)
class Answer:
    """One answer of a case. name: its letter, by which the form calls it. label: None when blind.

    own: what the person said. reading: the rule's. opinions: of rule and judges, shown once the
    person has marked. repeat: from 1; 0 where each variant answers once.
    """

    name: str
    run: Run | None
    label: Label | None
    own: Mark | None
    reading: Mark | None
    opinions: Sequence[Mark]
    repeat: int = 0

    @property
    def value(self) -> str:
        return people.value_of(self.own)

    @property
    def is_marked(self) -> bool:
        return bool(self.value)

    @property
    def can_be_marked(self) -> bool:
        return bool(self.run and self.run.status == RunStatus.COMPLETED)

    @property
    def explanation(self) -> Explanation | None:
        return explain(self.run) if self.run else None


def answers_of(
    experiment: Experiment, case: Case, account: Account | None, *, blind: bool
) -> list[Answer]:
    """Return the answers to a case: by variant, or shuffled for this case and person."""
    columns = list(range(experiment.columns))
    if blind:
        seed = f"{experiment.pk} {case.key} {account.pk if account else ''}"
        columns = shuffled(columns, seed)
    first = case.position * COLUMNS
    places = [first + column for column in columns]
    cells = experiment.comparison.cells().filter(position__in=places)
    runs = {run.column: run for run in cells}
    own = people.by_run(account, list(runs.values()))
    others = _others([run.pk for run in runs.values()])
    labels = labels_of(list(experiment.variants.all()))

    def answer(place: int, column: int) -> Answer:
        run = runs.get(column)
        said = others.get(run.pk, []) if run else []
        variant, repeat = divmod(column, experiment.repeats)
        return Answer(
            name=letter(place),
            run=run,
            label=None if blind else labels[variant],
            own=own.get(run.pk) if run else None,
            reading=next((mark for mark in said if mark.source == Source.RULE), None),
            opinions=[mark for mark in said if mark.right is not None],
            repeat=repeat + 1 if experiment.repeats > 1 and not blind else 0,
        )

    return [answer(place, column) for place, column in enumerate(columns)]


def _others(runs: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Mark]]:
    """Return what the deciding rule and the judges say, by run."""
    found: dict[uuid.UUID, list[Mark]] = {}
    marks = Mark.objects.filter(run__in=runs).exclude(source=Source.PERSON)
    for mark in marks.select_related("judge", "rule").order_by("source", "rule__position"):
        if mark.rule is None or mark.rule.position == 0:
            found.setdefault(mark.run_id, []).append(mark)
    return found


@dataclass(frozen=True)
class Part:
    """A stretch of what was asked. filled: whether it is the value of a variable."""

    text: str
    filled: bool


def asked_of(experiment: Experiment, case: Case) -> list[list[Part]]:
    """Return the different questions that the case was asked, with what was filled in marked."""
    texts = dict.fromkeys(variant.question(case) for variant in experiment.variants.all())
    return [_parts(text, case) for text in texts]


def _parts(text: str, case: Case) -> list[Part]:
    parts, at = [], 0
    for found in VARIABLE.finditer(text):
        if found[1] in case.variables:
            parts.append(Part(text[at : found.start()], filled=False))
            parts.append(Part(str(case.variables[found[1]]), filled=True))
            at = found.end()
    return [*parts, Part(text[at:], filled=False)]
