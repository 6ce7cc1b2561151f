"""Turns one press of Run into rows: once, however often the press arrives."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import asdict, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from playground.accounts.projects.models import WORKING, Membership
from playground.catalog import entries
from playground.catalog.offered import provider_of
from playground.connections.routing import choose
from playground.runs.changes import announce
from playground.runs.exchange import as_kept, exchange_after
from playground.runs.models.comparison import Comparison
from playground.runs.models.deletion import SpentToken
from playground.runs.models.run import Run
from playground.runs.models.run_image import RunImage
from playground.spending import limits
from playground.spending.prices import prices
from playground.storage.prepared import Prepared
from playground.storage.tokens import new_token
from playground.storage.writes import orderly_writes
from playground.worker.queue.dispatch import dispatch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from decimal import Decimal

    from playground.accounts.models import Account
    from playground.connections.routing import Choice
    from playground.submission.follow_up import FollowUp
    from playground.submission.request import Cell, RunRequest

    Asked = RunRequest | FollowUp


# Asked at every press, almost always in vain.
PRESSED = Prepared(lambda token: Run.everything.filter(form_token=token).values_list("pk"))
SPENT = Prepared(lambda token: SpentToken.objects.filter(form_token=token).values_list("pk"))


NO_PROJECT = "You do not work in this project. Choose another one, or none. Nothing was sent."


class TokenSpentError(Exception):
    """The token of this form started runs that were deleted since."""


class NoProjectError(Exception):
    """The project has ended, or who presses does not work in it any more. Nothing was started."""


class TokenReusedError(Exception):
    """The form was already sent with other content. Nothing was started by this press."""


def stored_token(token: str, owner: Account | None) -> str:
    """Return what is kept of a form's token: the same token of two accounts is two presses."""
    return hashlib.sha256(f"{owner.pk} {token}".encode()).hexdigest() if owner else token


def submit(asked: Asked, owner: Account | None = None) -> Run | Comparison:
    """Return what `press` made or found."""
    return press(asked, owner)[0]


def press(asked: Asked, owner: Account | None = None) -> tuple[Run | Comparison, list[Run]]:
    """Create the runs and queue them; a repeated press returns what the first one made.

    owner: who pressed; none on a local playground. Returns also the runs that this press made.

    Raises TokenReusedError when the token was used with other content, TokenSpentError when what it
    started was deleted, and NoProjectError.
    """
    known = started(asked, owner)
    return (known, []) if known else first_press(asked, owner)


def first_press(asked: Asked, owner: Account | None) -> tuple[Run | Comparison, list[Run]]:
    """Do what `press` does, where `started` just found nothing."""
    token = stored_token(asked.form_token or new_token(), owner)
    try:
        with transaction.atomic():
            runs = _create(asked, token, owner)
    except IntegrityError:  # the same press, a moment ago, in another process
        known = _started(token, asked, owner)
        if not known:
            raise
        return known, []
    return runs[0].comparison or runs[0], runs


def started(asked: Asked, owner: Account | None) -> Run | Comparison | None:
    """Return what an earlier press of this form made, if there was one.

    Raises TokenReusedError when the token was used with other content.
    """
    return _started(stored_token(asked.form_token, owner), asked, owner)


def is_used(token: str, owner: Account | None) -> bool:
    """Whether runs were started with this form token."""
    return Run.everything.filter(form_token=stored_token(token, owner), owner=owner).exists()


def is_spent(token: str) -> bool:
    """Whether what was started with this token, as it is kept, was deleted for good."""
    return bool(SPENT.rows(token=token))


def made_by(token: str, owner: Account | None) -> Run | Comparison | None:
    runs = Run.objects.filter(form_token=stored_token(token, owner), owner=owner)
    run = runs.select_related("comparison").order_by("position").first()
    return run and (run.comparison or run)


def _started(token: str, asked: Asked, owner: Account | None) -> Run | Comparison | None:
    pressed = PRESSED.rows(token=token)
    runs = Run.everything.filter(form_token=token, owner=owner).order_by("position")
    run = runs.first() if pressed else None
    if not run:
        if is_spent(token):
            raise TokenSpentError
        return None
    if run.form_digest != asked.digest():
        raise TokenReusedError
    if run.deleted_at:
        bring_back(token, owner)
    return run.comparison or run


def _create(asked: Asked, token: str, owner: Account | None) -> list[Run]:
    hold_project(asked.project, owner)
    cells, rows = asked.cells(), len(asked.rows)
    comparison = _comparison(asked, rows if rows > 1 else 0, owner) if len(cells) > 1 else None
    if comparison and comparison.blind:
        cells = [replace(cell, position=n) for n, cell in enumerate(comparison.in_its_order(cells))]
    shared: dict[str, Any] = {"owner": owner, "comparison": comparison, "form_token": token}
    shared |= {"form_digest": asked.digest(), "project_id": asked.project}
    return create_runs(cells, shared)


def create_runs(cells: Sequence[Cell], shared: Mapping[str, Any]) -> list[Run]:
    """Create a run for each cell and queue them; within a transaction.

    shared: what all of them have: owner, project_id, comparison, form_token, form_digest.

    Raises LimitReached.
    """
    usual, known = choose(shared["owner"]), cache(prices)  # the same for many cells
    choices = {model: provider_of(model, usual) for model in {cell.model for cell in cells}}
    runs = [Run(**shared, **_values(cell, choices[cell.model], known)) for cell in cells]
    Run.objects.bulk_create(runs)
    RunImage.objects.bulk_create(
        RunImage(run=run, position=place, **vars(one))
        for run, cell in zip(runs, cells, strict=True)
        for place, one in enumerate(cell.images)
    )
    start(runs)
    return runs


def hold_project(project: int | None, owner: Account | None) -> None:
    """Keep the project there, and its member in it, until the transaction ends.

    Raises NoProjectError.
    """
    if project is None:
        return
    held = Membership.objects.select_for_update().filter(project=project, account=owner)
    if not held.filter(role__in=WORKING).exists():
        raise NoProjectError


def _comparison(asked: Asked, rows: int, owner: Account | None) -> Comparison:
    seed = secrets.randbits(63) if asked.blind else None
    return Comparison.objects.create(
        owner=owner, project_id=asked.project, rows=rows, blind=asked.blind, seed=seed
    )


def _values(
    cell: Cell, choice: Choice, known: Callable[[str, int | None], Mapping[str, Decimal]]
) -> dict[str, Any]:
    return {
        "position": cell.position,
        **asdict(choice),
        "model_id": cell.model,
        "prompt": cell.prompt,
        "system_prompt": cell.system_prompt,
        "units": entries.find(cell.model).units,
        "price": known(choice.provider, cell.options.max_tokens).get(cell.model),
        "dispatched_at": timezone.now(),
        "follows": cell.follows,
        "exchange": as_kept(exchange_after(cell.follows)) if cell.follows else None,
        **asdict(cell.options),
    }


def start(runs: list[Run]) -> None:
    """Take the runs off the allowance, and tell the workers once the rows are there to be seen.

    Within the transaction that created them. Raises LimitReached.
    """
    limits.spend(runs)
    # robust: a queue that is down must not turn committed runs into an error page. The sweep
    # finds every run that has no message.
    ids = [run.pk for run in runs]
    announce(*{run.comparison_id for run in runs if run.comparison_id})
    transaction.on_commit(lambda: dispatch(*ids), robust=True)


def bring_back(token: str, owner: Account | None) -> None:
    """A form that is pressed again brings back what it made, if that was just deleted.

    It must not be paid for twice, and its token is taken for as long as the rows are there.
    """
    hidden = Run.everything.filter(form_token=token, owner=owner, deleted_at__isnull=False)
    with orderly_writes():
        hidden.update(deleted_at=None)
