"""The product made wrong on purpose, by name: what is not caught is not checked."""

from __future__ import annotations

import uuid
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any
from unittest import mock

from django.db import connection
from django.utils import timezone

from playground.images import leftovers, store
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.runs.transitions import SUBMITTING_LEASE, RunTransitions
from playground.spending import limits
from playground.spending.models import Press
from playground.submission import create
from playground.worker import execution, finishing, recovery
from playground.worker.questions import Questions

if TYPE_CHECKING:
    from collections.abc import Iterator


def _claim_held(self: Run, worker: str) -> bool:
    """Claims a queued run whoever holds it, and begins it whoever claimed it."""
    self.claim_token, self.worker = uuid.uuid4(), worker
    return bool(Run.objects.filter(pk=self.pk, status="queued").update(worker=worker) == 1)


def _begin_unguarded(self: Run, request: Any) -> bool:
    now = timezone.now()
    return self._move(
        {},
        status=RunStatus.SUBMITTING,
        request=request,
        submit_started_at=now,
        lease_until=now + SUBMITTING_LEASE,
    )


def _finish_unguarded(self: Run, status: RunStatus, **values: Any) -> bool:
    return self._move({}, status=status, finished_at=timezone.now(), lease_until=None, **values)


def _cancel_ended(self: Run) -> bool:
    return self._move({}, status=RunStatus.CANCELLED, finished_at=timezone.now(), lease_until=None)


def _requeue_unknown() -> int:
    """Sends again what may have been accepted."""
    stale = Run.objects.filter(status="submitting", lease_until__lte=timezone.now())
    return stale.update(status="queued", lease_until=None, claim_token=None, dispatched_at=None)


def _retry_unknown(run: Run, error: Any) -> None:
    """Takes every fault of a submission for one that surely reached nobody."""
    execution._try_later(run, error)


def _every_file(image: Any) -> list[str]:
    """Forgets that another picture may be sent as the same bytes."""
    return [*_OWN_FILES(image), *(one.file.name for one in image.variants.all())]


def _spend_twice(runs: Any) -> None:
    _SPEND(runs)
    if runs and connection.in_atomic_block:
        Press.objects.create(account_id=None, runs=len(runs), units=sum(one.units for one in runs))


def _no_received(*_given: Any, **_said: Any) -> bool:
    return False


def _nothing(*_given: Any) -> None:
    return


def _end_unasked(self: Questions) -> dict[str, Any] | None:
    """Ends at the deadline whatever was said last, so also after a fault."""
    if self.deadline and timezone.now() >= self.deadline:
        return {"status": RunStatus.FAILED, "error_kind": "deadline"}
    return _END(self)


def _without_last_look(run: Run) -> None:
    """Gives a run up that is taken up after its deadline, without a question."""
    if run.poll_until and timezone.now() >= run.poll_until:
        run.finish(RunStatus.FAILED, error_kind="deadline")
    else:
        _FOLLOW(run)


def _found_none(**_given: Any) -> list[Any]:
    return []


_OWN_FILES, _SPEND = store._own_files, limits.spend
_FOLLOW, _END = execution._follow, Questions.end
Patch = tuple[Any, str, Any]
MUTATIONS: dict[str, list[Patch]] = {
    "claim_without_condition": [
        (RunTransitions, "claim", _claim_held),
        (RunTransitions, "begin_submission", _begin_unguarded),
    ],
    "finish_unguarded": [(RunTransitions, "finish", _finish_unguarded)],
    "cancel_wins_over_the_end": [(RunTransitions, "cancel", _cancel_ended)],
    "requeue_unknown": [(recovery, "mark_unknown", _requeue_unknown)],
    "retry_unknown_outcome": [(execution, "_not_accepted", _retry_unknown)],
    "discard_shared_files": [(store, "_own_files", _every_file)],
    "spend_twice": [(limits, "spend", _spend_twice)],
    "no_received": [(finishing, "keep_received", _no_received)],
    "no_sweep_of_waiting": [(recovery, "_dispatch_waiting", _nothing)],
    "no_polling_on": [(recovery, "_poll_on", _nothing)],
    "no_leftovers": [(leftovers, "sweep", _nothing)],
    "forget_spent_tokens": [(create, "SPENT", mock.Mock(rows=_found_none))],
    "forget_pressed_tokens": [(create, "PRESSED", mock.Mock(rows=_found_none))],
    "no_last_look": [
        (execution, "_follow", _without_last_look),
        (Questions, "end", _end_unasked),
    ],
}


CHEAPEST = ("retry_unknown_outcome", "spend_twice", "no_received")


@contextmanager
def applied(name: str) -> Iterator[None]:
    """Have the product be wrong in this way; not at all without a name."""
    with ExitStack() as patches:
        for owner, attribute, wrong in MUTATIONS[name] if name else ():
            patches.enter_context(mock.patch.object(owner, attribute, wrong))
        yield
