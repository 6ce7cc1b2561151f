"""Erases an account: it ends at once, and all that is its own is deleted by the worker.

What others count on stays, without a name: what it started in projects, presses of the limits, and
the audit log, which knows accounts by number alone.
"""

import contextlib
import logging
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import CASCADE, F, Model
from django.db.models.fields.reverse_related import ForeignObjectRel
from django.utils import timezone

from playground.accounts.audit.log import Kind, record
from playground.accounts.models import Account, Invitation
from playground.accounts.projects import members
from playground.accounts.projects.models import InProject, Membership
from playground.experiments import progress
from playground.experiments.models.experiment import Experiment, State
from playground.experiments.models.mark import Mark
from playground.experiments.models.test_set import TestSet
from playground.history.deletion import StillRunningError, delete
from playground.history.moving import end_empty
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.storage.writes import orderly_writes
from playground.worker import slots

logger = logging.getLogger(__name__)

BATCH_SIZE = 200  # runs that are hidden together
MAX_RUNS_A_MINUTE = 2000  # of one account


class LastAdministratorError(Exception):
    """Nobody would be left who may invite people."""


class LastKeeperError(Exception):
    """Nobody would keep these projects."""

    def __init__(self, projects: list[str]) -> None:
        super().__init__(projects)
        self.projects = projects


def erase(account: Account, *, hand_over: bool = False) -> None:
    """End the account. Nothing of it opens any more, and its name is free.

    hand_over: another member becomes keeper where it is the only one. Raises
    LastAdministratorError, LastKeeperError.
    """
    with orderly_writes(), transaction.atomic():
        _refuse_last_administrator(account)
        if hand_over:
            members.hand_over(account)
        if projects := members.only_kept_by(account):
            raise LastKeeperError([one.name for one in projects])
        record(Kind.PERSON_ERASED, subject=account.pk)
        Membership.objects.filter(account=account).delete()
        rows = Account.objects.filter(pk=account.pk, erased_at=None)
        rows.update(**_nobody(account), sessions_epoch=F("sessions_epoch") + 1)
        invitations = Invitation.objects.open().filter(created_by=account)
        invitations.update(revoked_at=timezone.now())
        Invitation.objects.filter(used_by=account).update(note="")  # says who was invited
    _stop(account)
    logger.info("account %s is being erased", account.pk)


def _refuse_last_administrator(account: Account) -> None:
    """They are locked first: two who go at once would leave none."""
    staff = Account.objects.select_for_update().filter(is_staff=True, is_active=True)
    if {one.pk for one in staff.order_by("pk")} == {account.pk}:
        raise LastAdministratorError


def _nobody(account: Account) -> dict[str, object]:
    """Return what is left of who it was."""
    empty = dict.fromkeys(("email", "first_name", "last_name"), "")
    return empty | {
        "username": f"erased-{account.pk}-{secrets.token_hex(4)}",
        "password": make_password(None),
        "is_active": False,
        "is_superuser": False,
        "erased_at": timezone.now(),
    }


def _stop(account: Account) -> None:
    """Ask nothing more in its name, at once."""
    asking = Experiment.objects.filter(state__in=[State.RUNNING, State.PAUSED])
    for experiment in asking.filter(comparison__owner=account).select_related("comparison"):
        progress.end(experiment)
    in_flight = Run.objects.filter(owner=account).going_on()
    for run in in_flight.for_list():
        slots.cancel(run)


def sweep() -> int:
    """Delete what accounts have that are being erased, a part at a time. Returns how many went."""
    end_empty()
    waiting = Account.objects.filter(erased_at__isnull=False)
    return sum(_went_on(account) for account in waiting)


def _went_on(account: Account) -> bool:
    """Hide its runs; once they are gone for good, delete the rest. True when nothing is left.

    What it started in projects is theirs: there the account stays as a number without a name.
    """
    alone = Run.objects.filter(owner=account, project=None).order_by("listed_at")
    runs = list(alone.for_list()[:MAX_RUNS_A_MINUTE])
    for start in range(0, len(runs), BATCH_SIZE):
        _hide(runs[start : start + BATCH_SIZE])
    if Run.everything.filter(owner=account, project=None).exists():
        return False
    with orderly_writes(), transaction.atomic():
        _delete_rest(account)
        if _may_have_links(account) or _is_named_elsewhere(account):
            return False
        number = account.pk
        account.delete()
    logger.info("account %s is erased", number)
    return True


def _staying() -> set[type[Model]]:
    """Return the kinds of rows that others may go on using."""
    return {*InProject.__subclasses__(), Mark}


def _delete_rest(account: Account) -> None:
    Comparison.objects.filter(owner=account, project=None).delete()  # with its experiments, which
    # hold on to versions of these, and may be in a project themselves
    TestSet.objects.filter(owner=account, project=None).unused().delete()
    for kind in {*InProject.__subclasses__()} - {TestSet}:
        own: Any = kind._base_manager
        own.filter(owner=account, project=None).delete()
    for field in Account._meta.get_fields(include_hidden=True):
        if not isinstance(field, ForeignObjectRel) or field.on_delete is not CASCADE:
            continue
        if field.related_model not in _staying():
            rows = field.related_model._base_manager
            rows.filter(**{field.field.name: account}).delete()


def _is_named_elsewhere(account: Account) -> bool:
    owned = [kind._base_manager.filter(owner=account) for kind in _staying() - {Mark}]
    return any(rows.exists() for rows in [*owned, Mark.objects.filter(account=account)])


def _may_have_links(account: Account) -> bool:
    """Links to new passwords that an administrator kept are dead as long as the row is there."""
    lifetime = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    gone_at = account.erased_at or timezone.now()
    return account.is_staff and timezone.now() - gone_at < lifetime


def _hide(runs: Sequence[Run]) -> None:
    """Those that are being sent wait for the next time."""
    with contextlib.suppress(StillRunningError):
        delete([run for run in runs if run.status != RunStatus.SUBMITTING])
