"""How a run moves from state to state: guarded updates, each of which must hit exactly one row.

At most one submission follows from `claim` and `begin_submission`: the only way to a POST is to
win queued to submitting, and the only way back to queued is to know that nothing was accepted.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from playground.runs import guarded
from playground.runs.changes import announce
from playground.runs.status import RunStatus
from playground.storage.writes import orderly_writes

LEASE = timedelta(seconds=45)
PREPARING_LEASE = timedelta(minutes=5)
SUBMITTING_LEASE = timedelta(seconds=100)  # longer than the longest POST
MAX_LOOKUP_AGE = timedelta(minutes=2)  # one that is older was lost with its worker


def _followed_from(now: datetime) -> dict[str, Any]:
    """What a run begins with whose result is asked for from now on."""
    deadline = now + timedelta(seconds=settings.RUN_DEADLINE)
    return {
        "poll_until": deadline,
        "refused_since": None,
        "finished_at": None,
        "error_kind": "",
        "error_detail": "",
    }


class RunTransitions:
    """The moves of one run. Each returns whether it happened; a move that lost a race did not."""

    objects: ClassVar[Any]  # the manager of Run
    refresh_from_db: ClassVar[Any]

    # Columns of Run that the moves read.
    pk: uuid.UUID
    claim_token: uuid.UUID | None
    prediction_id: str
    attempts: int
    last_error: str
    changed_at: datetime
    submit_started_at: datetime | None
    status: str
    lookup_started_at: datetime | None
    lookup_ended_at: datetime | None

    @property
    def has_ended(self) -> bool:
        return self.status in RunStatus.ended()

    @property
    def is_being_looked_up(self) -> bool:
        """A lookup that is older than any that works was lost with its worker."""
        if self.status != RunStatus.UNKNOWN or not self.lookup_started_at or self.lookup_ended_at:
            return False
        return timezone.now() - self.lookup_started_at < MAX_LOOKUP_AGE

    @property
    def may_change(self) -> bool:
        """Whether a page that shows the run should ask again."""
        return not self.has_ended or self.is_being_looked_up

    def _move(self, where: dict[str, Any], *also: Q, **values: Any) -> bool:
        values.setdefault("changed_at", timezone.now())
        with orderly_writes():
            moved = guarded.update(type(self).objects, {"pk": self.pk} | where, also, values)
        if moved:
            if values["changed_at"] != self.changed_at:
                announce(self.pk, ended=values.get("status") in RunStatus.ended())
            for name, value in values.items():
                setattr(self, name, value)
        return moved

    def _held(self, *states: RunStatus) -> dict[str, Any]:
        """As a condition: it is in one of these states, by this claim."""
        return {"status__in": states, "claim_token": self.claim_token}

    def _end(self, where: dict[str, Any], status: RunStatus, **values: Any) -> bool:
        return self._move(
            where, status=status, finished_at=timezone.now(), lease_until=None, **values
        )

    def claim(self, worker: str) -> bool:
        """Take a queued run that nobody holds. Nothing is sent yet; losing it costs nothing."""
        now, token = timezone.now(), uuid.uuid4()
        values = {"claim_token": token, "worker": worker, "lease_until": now + PREPARING_LEASE}
        said = {"last_error": "", "changed_at": now}
        with orderly_writes():
            won = guarded.claim(type(self).objects, self.pk, now, values | said)
        if won:
            announce(self.pk)
            self.claim_token, self.worker = token, worker
            self.lease_until = values["lease_until"]
        return won

    def begin_submission(self, request: dict[str, Any]) -> bool:
        """queued to submitting. Committed before a byte goes out; at most one caller wins."""
        now = timezone.now()
        return self._move(
            self._held(RunStatus.QUEUED),
            status=RunStatus.SUBMITTING,
            request=request,
            submit_started_at=now,
            lease_until=now + SUBMITTING_LEASE,
        )

    def put_back(self, *, not_before: datetime, reason: str) -> bool:
        """Back to the queue: only where the provider surely accepted nothing by this claim."""
        return self._put_back(not_before, reason, RunStatus.QUEUED, RunStatus.SUBMITTING)

    def put_back_unsent(self, not_before: datetime, reason: str) -> bool:
        """Back to the queue after a fault of ours, if the submission has not begun."""
        return self._put_back(not_before, reason, RunStatus.QUEUED)

    def _put_back(self, not_before: datetime, reason: str, *states: RunStatus) -> bool:
        moved = self._move(
            self._held(*states),
            status=RunStatus.QUEUED,
            lease_until=None,
            # Whatever holds it longer stays: its experiment was paused while it was sent.
            not_before=Greatest(Coalesce("not_before", not_before), not_before),
            attempts=self.attempts + 1,
            last_error=reason,
        )
        if moved:
            self.refresh_from_db(fields=["not_before"])
        return moved

    def let_go(self) -> bool:
        """Back to the queue at once and as it was: claimed, and surely not sent."""
        return self._move(
            self._held(RunStatus.QUEUED),
            claim_token=None,
            lease_until=None,
            dispatched_at=None,
        )

    def fail_unsent(self, error_kind: str) -> bool:
        """To failed after faults of ours, if the submission has not begun."""
        return self._end(self._held(RunStatus.QUEUED), RunStatus.FAILED, error_kind=error_kind)

    def record_submission(self, prediction_id: str, response: Any) -> bool:
        """submitting to processing. Also from unknown: proof may come late, with this claim."""
        now = timezone.now()
        return self._move(
            self._held(RunStatus.SUBMITTING, RunStatus.UNKNOWN),
            status=RunStatus.PROCESSING,
            prediction_id=prediction_id,
            response=response,
            submitted_at=now,
            not_before=None,
            lease_until=now + LEASE,
            **_followed_from(now),
        )

    def adopt(self, worker: str) -> bool:
        """Take over the polling of a processing run whose worker was not heard of for a lease."""
        now, token = timezone.now(), uuid.uuid4()
        stale = {"status": RunStatus.PROCESSING, "lease_until__lte": now}
        return self._move(stale, claim_token=token, worker=worker, lease_until=now + LEASE)

    def renew(
        self,
        last_error: str = "",
        next_poll: datetime | None = None,
        refused_since: datetime | None = None,
    ) -> bool:
        """Keep the lease while polling; False when somebody cancelled or took over.

        Where no look failed, nothing changes for those who watch.
        """
        shown = {"changed_at": timezone.now() if last_error or self.last_error else self.changed_at}
        return self._move(
            self._held(RunStatus.PROCESSING),
            lease_until=timezone.now() + LEASE,
            not_before=next_poll,
            last_error=last_error,
            refused_since=refused_since,
            **shown,
        )

    def progress(self, text: str, thoughts: str) -> bool:
        """Show what has arrived of an answer that is still growing."""
        return self._move(self._held(RunStatus.PROCESSING), partial=text, thoughts=thoughts)

    def keep_lease(self) -> bool:
        """Keep the lease of a call that waits; nothing changes for those who watch."""
        rows = type(self).objects
        leases = {RunStatus.SUBMITTING: SUBMITTING_LEASE, RunStatus.PROCESSING: LEASE}
        with orderly_writes():
            return any(
                rows.filter(pk=self.pk, **self._held(status)).update(
                    lease_until=timezone.now() + lease
                )
                for status, lease in leases.items()
            )

    def is_held(self) -> bool:
        """Whether this worker still has the run: nobody cancelled it or took it over."""
        held = self._held(RunStatus.SUBMITTING, RunStatus.PROCESSING)
        return bool(type(self).objects.filter(pk=self.pk, **held).exists())

    def hand_over(self) -> bool:
        """End the lease of this worker, so that another one polls on at once."""
        return self._move(self._held(RunStatus.PROCESSING), lease_until=timezone.now())

    def finish(self, status: RunStatus, **values: Any) -> bool:
        """To an end state, from any state that has not ended. An answer is never overwritten."""
        held = self._held(RunStatus.QUEUED, RunStatus.SUBMITTING, RunStatus.PROCESSING)
        if not self.claim_token:  # else another worker's claim fences this one out
            del held["claim_token"]
        return self._end(held, status, **values)

    def cancel(self) -> bool:
        """To cancelled, from queued or processing; not in the moment of sending."""
        may_end = (RunStatus.QUEUED, RunStatus.PROCESSING)
        return self._end({"status__in": may_end}, RunStatus.CANCELLED)

    def cancel_unsent(self) -> bool:
        """To cancelled, if the submission has not begun: nothing is charged."""
        return self._end({"status": RunStatus.QUEUED}, RunStatus.CANCELLED)

    def ask_again(self) -> bool:
        """Go on polling a prediction that was given up. Polling is free; nothing is sent again."""
        if not self.prediction_id:
            return False
        given_up = (RunStatus.CANCELLED, RunStatus.FAILED, RunStatus.UNKNOWN)
        return self._move(
            {"status__in": given_up, "output": ""},
            Q(prediction_id=self.prediction_id),
            status=RunStatus.PROCESSING,
            lease_until=timezone.now(),
            **_followed_from(timezone.now()),
        )

    def begin_lookup(self) -> bool:
        """Mark an unknown run as being looked up; False where that goes on already."""
        now = timezone.now()
        free = Q(lookup_started_at__isnull=True) | Q(lookup_ended_at__isnull=False)
        return self._move(
            {"status": RunStatus.UNKNOWN},
            free | Q(lookup_started_at__lte=now - MAX_LOOKUP_AGE),
            lookup_started_at=now,
            lookup_ended_at=None,
            candidates=None,
            last_error="",
        )

    def end_lookup(self, candidates: list[dict[str, Any]] | None, problem: str = "") -> bool:
        """Store what was found. candidates None: the list could not be read, for this problem."""
        return self._move(
            {
                "status": RunStatus.UNKNOWN,
                "lookup_started_at": self.lookup_started_at,
                "lookup_ended_at": None,
            },
            lookup_ended_at=timezone.now(),
            candidates=candidates,
            last_error=problem,
        )

    def link(self, prediction_id: str, *, proven: bool = False) -> bool:
        """unknown to processing, with the prediction that is this run. Polling it is free.

        proven: the provider itself says so, which also ends a submission still in the air. False
        where the run has moved on, or the prediction already belongs to another run.
        """
        states = (RunStatus.UNKNOWN, RunStatus.SUBMITTING) if proven else (RunStatus.UNKNOWN,)
        now = timezone.now()
        try:
            with orderly_writes(), transaction.atomic():
                return self._move(
                    {"status__in": states},
                    status=RunStatus.PROCESSING,
                    claim_token=uuid.uuid4(),  # whoever still waits for the POST is fenced out
                    prediction_id=prediction_id,
                    submitted_at=self.submit_started_at or now,
                    lease_until=now,
                    last_error="",
                    **_followed_from(now),
                )
        except IntegrityError:
            return False
