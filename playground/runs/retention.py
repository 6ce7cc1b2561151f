"""For how long runs are kept, and what pages say of those that will go.

Leaves announcing and deleting to history/retention.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from playground.runs.models.deletion_notice import DeletionNotice
from playground.runs.models.run import Run
from playground.runs.status import RunStatus

if TYPE_CHECKING:
    from playground.accounts.visitor import Visitor
    from playground.runs.models.run import RunQuerySet

ANNOUNCED_BEFORE = timedelta(days=7)
MAX_COUNTED = 1000  # runs, of all that will go


@dataclass(frozen=True)
class Rule:
    """runs: which it is about, as a condition on runs."""

    keep_days: int
    runs: Q


def rules() -> list[Rule]:
    """Return what holds: no run may be in two of them."""
    days = settings.KEEP_RUNS_DAYS
    return [Rule(days, Q())] if days else []


def condemned(now: datetime) -> RunQuerySet:
    """Return the runs that will be older than they are kept once their notice is over."""
    found = (_older(rule, now + ANNOUNCED_BEFORE) for rule in rules())
    return Run.objects.filter(reduce(or_, found, Q(pk__in=[])))


def _older(rule: Rule, moment: datetime) -> Q:
    """Meet runs of forms of which nothing is younger, in flight, starred or shared."""
    before = moment - timedelta(days=rule.keep_days)
    links = apps.get_model("playground", "Share")._default_manager.live().order_by()
    kept = Q(starred=True) | Q(Exists(links.filter(run=OuterRef("pk"))))
    kept |= Q(created_at__gte=before) | ~Q(status__in=RunStatus.ended())
    beside = Run.objects.filter(kept, comparison=OuterRef("comparison"))
    shared = links.filter(comparison=OuterRef("comparison"))
    return Q(rule.runs, ~kept, ~Exists(beside), ~Exists(shared), listed_at__lt=before)


@dataclass(frozen=True)
class Going:
    """How many runs will go, and when the first does. more: it is more than counted."""

    count: int
    first: datetime
    more: bool


def going(visitor: Visitor) -> Going | None:
    """Return what the visitor's History says of it."""
    if not rules():
        return None
    runs = condemned(timezone.now()).visible_to(visitor)
    told = DeletionNotice.objects.filter(run__in=runs.values("pk")).order_by("goes_at")
    moments = list(told.values_list("goes_at", flat=True)[: MAX_COUNTED + 1])
    count = min(len(moments), MAX_COUNTED)
    return Going(count, moments[0], len(moments) > MAX_COUNTED) if moments else None


def going_context(**which: Any) -> dict[str, Any]:
    """Return what a page says of runs: `pk=…`, or `comparison=…`.

    A star or a link counts at once, though the notice is taken back within the hour.
    """
    if not rules():
        return {}
    told = DeletionNotice.objects.filter(
        run__in=condemned(timezone.now()).filter(**which).values("pk")
    )
    first = told.order_by("goes_at").values_list("goes_at", flat=True).first()
    return {"goes_at": first, "keep_days": settings.KEEP_RUNS_DAYS}
