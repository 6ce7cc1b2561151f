"""Reads the cells of an experiment row by row, with all their marks, a few rows at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from playground.comparisons.labels import labels_of
from playground.experiments.models.mark import Mark, Source
from playground.experiments.statistics.repeats import majority
from playground.runs.grid import COLUMNS

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator, Mapping, Sequence

    from playground.comparisons.labels import Label
    from playground.experiments.models.experiment import Experiment, Variant
    from playground.experiments.models.test_set import Case
    from playground.runs.models.run import Run

CHUNK_CELLS = 100  # answers that are held at once
READ = (
    *("comparison", "position", "model_id", "provider", "prompt", "system_prompt", "status"),
    *("output", "created_at", "submitted_at", "finished_at", "tokens_in", "tokens_out"),
    *("price", "charged", "units", "error_kind", "error_detail"),
)


class Marker(NamedTuple):
    """Who marks: a rule, a person or a judge. key: of the row; None on a local playground."""

    source: str
    key: int | None
    name: str

    @classmethod
    def of(cls, mark: Mark) -> Marker:
        if mark.source == Source.RULE:
            place = mark.rule.position + 1 if mark.rule else 0
            return cls(mark.source, mark.rule_id, f"rule {place} ({mark.rule})")
        if mark.source == Source.JUDGE:
            return cls(mark.source, mark.judge_id, f"judge {mark.judge}")
        return cls.person(mark.account_id, mark.account.username if mark.account else None)

    @classmethod
    def person(cls, key: int | None, name: str | None) -> Marker:
        return cls(Source.PERSON, key, f"person {name}" if name else "person")


@dataclass(frozen=True)
class Cell:
    """One run of a case. variant: its place; repeat: from 1."""

    variant: Variant
    label: Label
    repeat: int
    run: Run
    marks: Mapping[Marker, Mark]

    @property
    def right(self) -> bool | None:
        """What people say where they say something; otherwise what the first rule says."""
        said = [one.right for one in self.marks.values() if one.source == Source.PERSON]
        by_people = majority(said) if said else None
        return self.by_rule if by_people is None else by_people

    @property
    def by_rule(self) -> bool | None:
        rules = [one for one in self.marks.values() if one.rule and not one.rule.position]
        return rules[0].right if rules else None

    @property
    def seconds(self) -> float | None:
        """From the submission to the end."""
        if not self.run.submitted_at or not self.run.finished_at:
            return None
        return (self.run.finished_at - self.run.submitted_at).total_seconds()


@dataclass(frozen=True)
class Row:
    case: Case
    cells: Sequence[Cell]


def rows_of(experiment: Experiment) -> Iterator[Row]:
    """Yield the cases in their order. No query stays open while a file is sent."""
    variants = list(experiment.variants.all())
    labels = labels_of(variants)
    columns = len(variants) * experiment.repeats
    step = max(CHUNK_CELLS // max(columns, 1), 1)
    cases = experiment.version.cases.order_by("position").prefetch_related("images")
    for start in range(0, experiment.comparison.rows, step):
        runs = _runs(experiment, start, start + step)
        marks = _marks(list(runs.values()))
        for case in cases.filter(position__range=(start, start + step - 1)):
            found = [(one, runs.get(case.position * COLUMNS + one)) for one in range(columns)]
            yield Row(
                case,
                [
                    Cell(
                        variants[column // experiment.repeats],
                        labels[column // experiment.repeats],
                        column % experiment.repeats + 1,
                        run,
                        marks.get(run.pk, {}),
                    )
                    for column, run in found
                    if run
                ],
            )


def _runs(experiment: Experiment, start: int, stop: int) -> dict[int, Run]:
    """Return the newest attempt at each place of these rows: the last one that is read of it."""
    places = (start * COLUMNS, stop * COLUMNS - 1)
    found = experiment.comparison.runs.filter(position__range=places).order_by("created_at")
    return {run.position: run for run in found.only(*READ)}


def _marks(runs: Sequence[Run]) -> dict[uuid.UUID, dict[Marker, Mark]]:
    found = Mark.objects.filter(run__in=[run.pk for run in runs]).order_by("source", "pk")
    marks: dict[uuid.UUID, dict[Marker, Mark]] = {}
    for mark in found.select_related("rule", "account", "judge"):
        marks.setdefault(mark.run_id, {})[Marker.of(mark)] = mark
    return marks


def markers_of(experiment: Experiment) -> list[Marker]:
    """Return everybody who marks: rules in their order, then people, then judges."""
    rules = [
        Marker(Source.RULE, one.pk, f"rule {one.position + 1} ({one})")
        for one in experiment.rules.all()
    ]
    marks = Mark.objects.filter(run__comparison=experiment.pk).order_by()
    keys = ("account", "account__username")
    people = marks.filter(source=Source.PERSON).values_list(*keys).distinct()
    judges = experiment.judges.all()
    return [
        *rules,
        *(Marker.person(*one) for one in sorted(people, key=str)),
        *(Marker(Source.JUDGE, one.pk, f"judge {one}") for one in judges),
    ]
