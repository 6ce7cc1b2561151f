"""Asks again what an ended run was asked, perhaps months later: did the model change, or did I?

A rerun stands alone: it is no cell of its ancestor's comparison and replaces nothing.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from playground.models import Run
from playground.services import offers
from playground.services.acceptance import refuse_unfit
from playground.services.submission import copy_of, start, stored_token

if TYPE_CHECKING:
    from playground.models import Account


class ModelGoneError(Exception):
    """No such model can be run here any more. Nothing was started by this press."""


class StillRunningError(Exception):
    """The run has not ended. Nothing was started by this press."""


def rerun_token(run: Run) -> str:
    """The same for every drawing of the button, until a rerun was made: a double click is one."""
    return f"rerun-{run.pk.hex}-{Run.everything.filter(rerun_of=run).count()}"


def rerun(run: Run, token: str, model: str = "") -> Run:
    """Ask a model, by default the same, what this run was asked; once for each token and model.

    Raises StillRunningError, ModelGoneError, UnfitError and LimitReached.
    """
    model = model or run.model_id
    token = _stored(token, model, run.owner)
    made = Run.everything.filter(form_token=token, owner=run.owner).first()
    if made:
        return made
    if not run.has_ended:
        raise StillRunningError
    if not offers.may_run(model):
        raise ModelGoneError
    refuse_unfit(run, [model])
    try:
        with transaction.atomic():
            again = copy_of(run, token, model=model, position=0, rerun=True)
            start([again])
    except IntegrityError:  # the same press, a moment ago, in another process
        return Run.everything.get(form_token=token, position=0)
    return again


def _stored(token: str, model: str, owner: Account | None) -> str:
    """Another model is another press, though the button was drawn with the same token."""
    return hashlib.sha256(f"rerun {stored_token(token, owner)} {model}".encode()).hexdigest()
