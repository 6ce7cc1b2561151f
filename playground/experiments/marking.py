"""Marks answers by the rules of their experiment: when a run ends, and again when rules change."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from playground.experiments.models.experiment import Experiment, Rule
from playground.experiments.models.mark import MAX_NOTE_LENGTH, MAX_READ_LENGTH, Mark, Source
from playground.experiments.models.test_set import TestSet
from playground.experiments.rules.parse import parse_rule
from playground.experiments.versions import changed_answers
from playground.runs.boxes import sent_sizes
from playground.runs.changes import announce
from playground.runs.status import RunStatus
from playground.storage.writes import orderly_writes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from playground.experiments.models.test_set import Version
    from playground.experiments.rules.parse import Rule as Judging
    from playground.experiments.rules.reading import Reading
    from playground.runs.models.run import Run, RunQuerySet

BATCH_SIZE = 200  # answers that are held in memory


@dataclass(frozen=True)
class Marker:
    """The rules of an experiment, and what is expected of each of its cases."""

    rules: Sequence[tuple[Rule, Judging]]
    expected: Mapping[int, str]

    @property
    def needs_sizes(self) -> bool:
        return any(judging.kind == "boxes" for _, judging in self.rules)

    @classmethod
    def of(
        cls,
        experiment: Experiment,
        rows: Sequence[int] | None = None,
        rules: Sequence[Rule] | None = None,
    ) -> Marker:
        """rows: of the cases that are asked about; rules: in place of its own. All without."""
        cases = experiment.version.cases.order_by()
        if rows is not None:
            cases = cases.filter(position__in=rows)
        chosen = experiment.rules.all() if rules is None else rules
        judged = [(rule, parse_rule(rule.options)) for rule in chosen]
        return cls(judged, dict(cases.values_list("position", "expected")))

    def marks(self, run: Run) -> Iterator[Mark]:
        """Yield what the rules say of this answer."""
        expected = self.expected.get(run.row, "")
        sizes = sent_sizes(run) if self.needs_sizes else ()
        for rule, judging in self.rules:
            said = judging.judge(run.output, expected, sizes=sizes, model=run.model_id)
            yield _mark_of(run, rule, said)


def _mark_of(run: Run, rule: Rule, said: Reading) -> Mark:
    return Mark(
        run_id=run.pk,  # the run itself holds its answer
        source=Source.RULE,
        rule=rule,
        right=said.right,
        score=said.score,
        read=said.read[:MAX_READ_LENGTH],
        note=said.reason[:MAX_NOTE_LENGTH],
    )


def mark(run: Run) -> None:
    """Mark one run of an experiment that has just ended; of another run, nothing."""
    experiment = Experiment.objects.filter(pk=run.comparison_id).first()
    if experiment and run.status == RunStatus.COMPLETED:
        _store(experiment, Marker.of(experiment, [run.row]).marks(run))


def mark_missing(experiment: Experiment) -> None:
    """Mark the answers that no rule has marked yet."""
    runs = _answers(experiment).exclude(marks__source=Source.RULE)
    _store(experiment, _marks_of(Marker.of(experiment), runs))


def replace_rules(experiment: Experiment, rules: Sequence[Mapping[str, Any]]) -> None:
    """Mark all answers anew by other rules, the first of which decides. Nothing is asked again."""
    rows = [
        Rule(experiment=experiment, position=place, options=options)
        for place, options in enumerate(rules)
    ]
    marks = list(_marks_of(Marker.of(experiment, rules=rows), _answers(experiment)))
    with orderly_writes(), transaction.atomic():
        experiment.rules.all().delete()
        experiment.rules.bulk_create(rows)
        _store(experiment, iter(marks))
    mark_missing(experiment)  # what ended meanwhile


def mark_by(experiment: Experiment, version: Version, rules: Sequence[Mapping[str, Any]]) -> bool:
    """Mark anew by what another version of the test set expects, and by these rules.

    False, and nothing is changed, where its cases ask something else.
    """
    with orderly_writes(), transaction.atomic():
        TestSet.objects.lock(version.test_set_id)  # nobody edits the version that is used now
        if changed_answers(experiment.version, version) is None:
            return False
        experiment.version = version
        experiment.save(update_fields=["version"])
        replace_rules(experiment, rules)
    return True


def _answers(experiment: Experiment) -> RunQuerySet:
    runs: RunQuerySet = experiment.comparison.runs.filter(status=RunStatus.COMPLETED)
    return runs.only("comparison", "position", "output", "model_id", "max_edge")


def _marks_of(marker: Marker, runs: RunQuerySet) -> Iterator[Mark]:
    return (one for run in runs.iterator(BATCH_SIZE) for one in marker.marks(run))


def _store(experiment: Experiment, marks: Iterator[Mark]) -> None:
    """Write marks; one that is there already stays."""
    while batch := list(islice(marks, BATCH_SIZE)):
        with orderly_writes(), transaction.atomic():
            Mark.objects.bulk_create(batch, ignore_conflicts=True)
            Experiment.objects.filter(pk=experiment.pk).update(revision=F("revision") + 1)
            announce(experiment.pk)
