"""Carries an experiment on: starts it, creates its runs in batches, pauses and ends it.

The runs are ordinary: the worker sends them. `advance` may be called at any time, by anybody, twice
at once: the experiment's row is locked, and `made` says which cell comes next.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from playground.experiments import judging, marking
from playground.experiments.models.experiment import Experiment, Rule, State
from playground.experiments.models.test_set import TestSet
from playground.experiments.plan import cells_of
from playground.runs.changes import announce
from playground.runs.models.comparison import Comparison
from playground.runs.models.deletion import SpentToken
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.spending.limits import LimitReached
from playground.storage.tokens import new_token
from playground.storage.writes import orderly_writes
from playground.submission.columns import cancel_waiting
from playground.submission.create import (
    TokenReusedError,
    TokenSpentError,
    bring_back,
    create_runs,
    hold_project,
    stored_token,
)
from playground.submission.repeat import project_of
from playground.worker.queue.dispatch import dispatch, dispatch_experiment

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable, Iterator

    from playground.accounts.models import Account
    from playground.experiments.plan import Plan
    from playground.runs.models.run import RunQuerySet

WINDOW = 100  # runs that are created and have not ended
FIRST_BATCH = 20  # created by the press itself, which answers within 200 ms
HELD = datetime(9999, 1, 1, tzinfo=UTC)  # of a queued run while its experiment is paused


def start(plan: Plan, owner: Account | None = None) -> tuple[Experiment, bool]:
    """Start what is planned; a repeated press returns what the first one started, and False.

    Raises TokenReusedError where the token was used with another plan, TokenSpentError where what
    it started was deleted for good, NoProjectError and LimitReached.
    """
    token = stored_token(plan.form_token or new_token(), owner)
    try:
        with orderly_writes(), transaction.atomic():
            experiment = _create(plan, token, owner)
            if SpentToken.objects.filter(form_token=token).exists():
                raise TokenSpentError
            _create_runs(experiment, min(FIRST_BATCH, experiment.total))
    except IntegrityError:
        known = Experiment.objects.filter(form_token=token).first()
        if not known:
            raise
        if known.form_digest != plan.digest():
            raise TokenReusedError from None
        if not known.comparison.runs.exists():  # all were just deleted
            bring_back(token, owner)
        return known, False
    dispatch_experiment(experiment.pk)  # further runs are created beside the answer
    return experiment, True


def _create(plan: Plan, token: str, owner: Account | None) -> Experiment:
    hold_project(plan.project, owner)
    TestSet.objects.lock(plan.version.test_set_id)  # nobody edits the version that is used now
    rows = plan.version.cases.count()
    comparison = Comparison.objects.create(
        owner=owner, project_id=plan.project, title=plan.name, rows=rows
    )
    return keep(plan, comparison, token)


def keep(plan: Plan, comparison: Comparison, token: str, made: int = 0) -> Experiment:
    """Write down what is planned of the cells of a comparison. made: how many there are."""
    experiment = Experiment.objects.create(
        comparison=comparison,
        version=plan.version,
        repeats=plan.repeats,
        total=comparison.rows * plan.of_each,
        made=made,
        form_token=token,
        form_digest=plan.digest(),
    )
    rows_of = enumerate(plan.columns)
    experiment.variants.bulk_create(one.row(experiment, place) for place, one in rows_of)
    experiment.rules.bulk_create(
        Rule(experiment=experiment, position=place, options=options)
        for place, options in enumerate(plan.rules)
    )
    return experiment


def _create_runs(experiment: Experiment, count: int) -> None:
    """Create the next `count` runs. Raises LimitReached."""
    start = experiment.made
    shared = {
        "owner": experiment.comparison.owner,
        "project_id": project_of(experiment.comparison),
        "comparison": experiment.comparison,
        "form_token": experiment.form_token,
        "form_digest": experiment.form_digest,
    }
    create_runs(cells_of(experiment, start, start + count), shared)
    experiment.made = start + count
    experiment.why = ""
    experiment.save(update_fields=["made", "why"])


def advance(pk: uuid.UUID) -> None:
    """Create further runs as far as few enough are open; after the last has ended, end it."""
    experiment = Experiment.objects.filter(pk=pk, state__in=[State.RUNNING, State.ENDING]).first()
    if not experiment:
        return
    if experiment.state == State.ENDING:
        for run in _unsent(experiment).filter(status=RunStatus.QUEUED, not_before=HELD):
            run.cancel_unsent()  # a provider put it back after the end
    if not _next_step(experiment):
        return
    with orderly_writes(), transaction.atomic():
        locked = Experiment.objects.select_for_update().get(pk=pk)
        step = _next_step(locked)
        if step:
            step(locked)


def _next_step(experiment: Experiment) -> Callable[[Experiment], None] | None:
    if not experiment.comparison.runs.exists():
        return None  # it was deleted, and may be brought back
    left = experiment.total - experiment.made if experiment.state == State.RUNNING else 0
    is_asking = experiment.state in {State.RUNNING, State.ENDING}
    open_runs = _open_runs(experiment).count()
    if left and WINDOW - open_runs >= min(WINDOW // 2, left):  # a batch is worth its writes
        return partial(_create_batch, count=min(WINDOW - open_runs, left))
    return _finish if is_asking and not left and not open_runs else None


def _create_batch(experiment: Experiment, count: int) -> None:
    try:
        with transaction.atomic():
            _create_runs(experiment, count)
    except LimitReached as limit:
        _wait(experiment, limit)


def _finish(experiment: Experiment) -> None:
    marking.mark_missing(experiment)
    _move(experiment, State(experiment.state), State.ENDED)


def _open_runs(experiment: Experiment) -> RunQuerySet:
    runs: RunQuerySet = experiment.comparison.runs.going_on()
    return runs


def _wait(experiment: Experiment, limit: LimitReached) -> None:
    """Say what holds it up. It goes on by itself, unless it never could."""
    experiment.why = limit.words()
    if not limit.seconds:
        experiment.state = State.PAUSED
    experiment.save(update_fields=["why", "state"])
    announce(experiment.pk)


def on_run_ended(run: Run, **_signal: Any) -> None:
    """Mark a run of an experiment, or read a judge's, and go on; of another run, do nothing."""
    if run.comparison_id:
        judging.take(run)
    if run.comparison_id and Experiment.objects.filter(pk=run.comparison_id).exists():
        marking.mark(run)
        Experiment.objects.filter(pk=run.comparison_id).update(revision=F("revision") + 1)
        advance(run.comparison_id)


def sweep() -> None:
    """Go on with all that has cells to come: a word of an ended run may have been lost."""
    unfinished = Experiment.objects.filter(state__in=[State.RUNNING, State.ENDING])
    for pk in list(unfinished.values_list("pk", flat=True)):
        advance(pk)
    judging.sweep()


def pause(experiment: Experiment) -> bool:
    """Send nothing more until `resume`. What was sent goes on. False where it is not running."""
    with orderly_writes(), transaction.atomic():
        moved = _move(experiment, State.RUNNING, State.PAUSED)
        if moved:
            _unsent(experiment).update(not_before=HELD, changed_at=timezone.now())
    return moved


def resume(experiment: Experiment) -> bool:
    """Go on after a pause. False where it is not paused."""
    with orderly_writes(), transaction.atomic():
        moved = _move(experiment, State.PAUSED, State.RUNNING)
        held = _unsent(experiment).filter(not_before=HELD)
        ids = list(held.values_list("pk", flat=True)) if moved else []
        held.filter(pk__in=ids).update(not_before=None, changed_at=timezone.now())
        transaction.on_commit(lambda: dispatch(*ids), robust=True)
    if moved:
        advance(experiment.pk)
    return moved


@contextmanager
def held_while_paused(pk: uuid.UUID | None) -> Iterator[None]:
    """Hold what is added to a paused experiment meanwhile, as a retry: it goes on with the rest."""
    with transaction.atomic():
        paused = Experiment.objects.select_for_update().filter(pk=pk, state=State.PAUSED).first()
        yield
        if paused:
            _unsent(paused).update(not_before=HELD, changed_at=timezone.now())


def end(experiment: Experiment) -> bool:
    """Ask nothing more and cancel what was not sent. False where it had ended."""
    with orderly_writes(), transaction.atomic():
        asking = Experiment.objects.filter(state__in=[State.RUNNING, State.PAUSED])
        moved = bool(asking.filter(pk=experiment.pk).update(state=State.ENDING, why=""))
        if moved:
            cancel_waiting(experiment.comparison)
            _unsent(experiment).update(not_before=HELD)
        announce(experiment.pk)
    advance(experiment.pk)
    return moved


def _unsent(experiment: Experiment) -> RunQuerySet:
    """Those not sent, and those that a provider may still put back."""
    unsent = (RunStatus.QUEUED, RunStatus.SUBMITTING)
    return Run.objects.filter(comparison=experiment.pk, status__in=unsent).order_by()


def _move(experiment: Experiment, old: State, new: State) -> bool:
    rows = Experiment.objects.filter(pk=experiment.pk, state=old)
    announce(experiment.pk)
    return bool(rows.update(state=new, why=""))
