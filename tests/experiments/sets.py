"""Test sets and experiments for tests: made by the services, carried by the worker's own code."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import F
from django.utils import timezone

from playground.experiments import progress
from playground.experiments.models.experiment import Experiment
from playground.experiments.models.mark import Mark, Source
from playground.experiments.models.test_set import Case, CaseImage, TestSet, Version
from playground.experiments.plan import Column, Plan
from playground.images.store import store
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.worker import execution
from tests.conftest import FLASH, GPT, png

if TYPE_CHECKING:
    from playground.accounts.models import Account


def version_of(*expected: str, owner: Account | None = None, images: bool = False) -> Version:
    """Keep a test set with a case for each expected value, asked for `{{thing}}`."""
    version = TestSet.objects.create(name="Totals", owner=owner).versions.create()
    for place, right in enumerate(expected):
        variables = {"thing": f"thing {place}"}
        case = Case.objects.create(
            version=version, position=place, variables=variables, expected=right
        )
        if images:
            image = store(png(size=(20 + place, 20)), account=owner)
            CaseImage.objects.create(case=case, position=0, image=image, name=f"{place}.png")
    return version


def plan_of(version: Version, models: tuple[str, ...] = (FLASH, GPT), **values: Any) -> Plan:
    columns = tuple(Column(model, "What is {{thing}}?") for model in models)
    return Plan("Totals", version, **({"columns": columns} | values))


def started(version: Version, owner: Account | None = None, **values: Any) -> Experiment:
    """Start an experiment and create what a worker would at once."""
    experiment = progress.start(plan_of(version, **values), owner)[0]
    progress.advance(experiment.pk)
    return experiment


def carry_all(experiment: Experiment) -> None:
    """Carry what is queued, and what follows it, until nothing is."""
    while queued := list(experiment.comparison.runs.claimable().values_list("pk", flat=True)):
        for pk in queued:
            execution.execute(pk)
    experiment.refresh_from_db()


def answered(experiment: Experiment, *verdicts: str, **values: Any) -> None:
    """End all runs, and mark them by the first rule. verdicts: of each case, as in "yn-": a letter
    for each column, a line where it failed, a dot where the rule decides nothing.
    """
    now = timezone.now()
    rule = experiment.rules.get(position=0)
    for run in experiment.comparison.runs.all():
        said = verdicts[run.row][run.column]
        ended = {"submitted_at": now, "finished_at": now + timedelta(seconds=2)} | values
        if said == "-":
            Run.objects.filter(pk=run.pk).update(status=RunStatus.FAILED, **ended)
            continue
        Run.objects.filter(pk=run.pk).update(status=RunStatus.COMPLETED, output=said, **ended)
        right = {"y": True, "n": False}.get(said)
        score = None if right is None else float(right)
        Mark.objects.create(
            run=run, source=Source.RULE, rule=rule, right=right, score=score, read=f"read {said}"
        )
    Experiment.objects.filter(pk=experiment.pk).update(revision=F("revision") + 1)
    progress.advance(experiment.pk)
    experiment.refresh_from_db()
