"""Asks again what a run was asked: a retry in its place, or a rerun perhaps months later.

A retry takes the place of its ancestor in a comparison. A rerun stands alone: it is no cell of its
ancestor's comparison and replaces nothing. Did the model change, or did I? Both stay in the project
of their ancestor; whoever presses is their owner, with a key and limits of their own.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from playground.catalog import entries, offered
from playground.catalog.capabilities import NOTHING, UnfitError, refuse_unfit
from playground.catalog.offered import provider_of
from playground.connections.routing import choose
from playground.runs import image_tokens
from playground.runs.models.run import Run
from playground.runs.models.run_image import RunImage
from playground.spending.prices import price_of
from playground.submission.create import start, stored_token
from playground.submission.request import Options

if TYPE_CHECKING:
    from playground.accounts.models import Account
    from playground.runs.models.comparison import Comparison


class ModelGoneError(Exception):
    """No such model can be run here any more. Nothing was started by this press."""


class StillRunningError(Exception):
    """The run has not ended. Nothing was started by this press."""


def retry_token(run: Run, made: int) -> str:
    """The same for every drawing of a button, until a retry was made: a double click is one."""
    return f"again-{run.pk.hex}-{made}"


def retry(run: Run, token: str, by: Account | None = None) -> Run:
    """Ask the same again as a new run, linked to its ancestor; once for each token.

    by: who presses, the run's owner by default. Raises UnfitError and LimitReached.
    """
    token = stored_token(token, run.owner)
    made = Run.everything.filter(form_token=token).first()
    if made:
        return made
    refuse_unfit(run, [run.model_id])
    return _started(run, token, model=run.model_id, position=run.position, by=by, retry=True)


def _started(run: Run, token: str, *, position: int = 0, **asked: Any) -> Run:
    """Return the copy that is queued now, or by the same press a moment ago in another process."""
    try:
        with transaction.atomic():
            copy = copy_of(run, token, position=position, **asked)
            start([copy])
    except IntegrityError:
        return Run.everything.get(form_token=token, position=position)
    return copy


def copy_of(
    run: Run,
    token: str,
    *,
    model: str,
    position: int,
    by: Account | None = None,
    retry: bool = False,
    rerun: bool = False,
    measures: bool = False,
) -> Run:
    """Make a queued run that asks a model what this run was asked, pictures included.

    Within a transaction. retry: another attempt at the same place. rerun: the same again, outside
    its comparison. measures: without its pictures, and with a short answer.
    """
    fields = ("prompt", "system_prompt", "form_digest", "follows_id", "exchange")
    owner = by or run.owner
    choice, options = provider_of(model, choose(owner)), Options.of(run)
    if measures:
        options = replace(options, max_tokens=image_tokens.limit_of(run))
    copy = Run.objects.create(
        owner=owner,
        project_id=project_of(run.comparison or run),
        comparison=None if rerun else run.comparison,
        retry_of=run if retry else None,
        rerun_of=run if rerun else None,
        form_token=token,
        model_id=model,
        position=position,
        units=entries.find(model).units,
        price=price_of(choice.provider, model, options.max_tokens),
        dispatched_at=timezone.now(),
        **asdict(choice),
        **asdict(options),
        **{name: getattr(run, name) for name in fields},
    )
    if not measures:
        RunImage.objects.bulk_create(_copied(copy, entry) for entry in run.images.all())
    return copy


def project_of(item: Run | Comparison) -> int | None:
    """The project as it is now: held, so that it cannot be moved before its copy is there."""
    held = type(item)._base_manager.select_for_update().filter(pk=item.pk)
    return held.values_list("project", flat=True).first()


def _copied(attempt: Run, entry: RunImage) -> RunImage:
    """The same picture again: the copy that was kept, not what the address shows today."""
    names = ("position", "image_id", "url", "name", "as_address")
    return RunImage(run=attempt, **{name: getattr(entry, name) for name in names})


def rerun_token(run: Run) -> str:
    """The same for every drawing of the button, until a rerun was made: a double click is one."""
    return f"rerun-{run.pk.hex}-{Run.everything.filter(rerun_of=run).count()}"


def rerun(run: Run, token: str, model: str = "", by: Account | None = None) -> Run:
    """Ask a model, by default the same, what this run was asked; once for each token and model.

    by: who presses, the run's owner by default. Raises StillRunningError, ModelGoneError,
    UnfitError and LimitReached.
    """
    model = model or run.model_id
    token = _stored(f"rerun {stored_token(token, run.owner)} {model}")
    made = Run.everything.filter(form_token=token).first()
    if made:
        return made
    if not run.has_ended:
        raise StillRunningError
    if not offered.may_run(model):
        raise ModelGoneError
    refuse_unfit(run, [model])
    return _started(run, token, model=model, by=by, rerun=True)


def measure(run: Run, by: Account | None = None) -> Run:
    """Ask what this run was asked without its images, so that their tokens are known.

    Once, whoever presses how often, until one came to nothing or was deleted. by: who presses, the
    run's owner by default. Raises StillRunningError, UnfitError and LimitReached.
    """
    if made := image_tokens.measurement_of(run):
        return made
    if not run.has_ended:
        raise StillRunningError
    if words := image_tokens.why_not(run):
        raise UnfitError(f"{words} {NOTHING}")
    refuse_unfit(run, [run.model_id])
    before = Run.everything.filter(rerun_of=run, images=None).count()
    token = _stored(f"measure {run.pk.hex} {before}")
    return _started(run, token, model=run.model_id, by=by, rerun=True, measures=True)


def _stored(press: str) -> str:
    """Another model is another press, though the button was drawn with the same token."""
    return hashlib.sha256(press.encode()).hexdigest()
