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

from playground.accounts.projects.models import KEEP_DAYS, Project
from playground.runs.models.deletion import DeletionNotice
from playground.runs.models.run import Run
from playground.runs.status import RunStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from playground.accounts.visitor import Visitor
    from playground.runs.models.comparison import Comparison
    from playground.runs.models.run import RunQuerySet

ANNOUNCED_BEFORE = timedelta(days=7)
MAX_COUNTED = 1000  # runs, of all that will go


@dataclass(frozen=True)
class Rule:
    """runs: which it is about, as a condition on runs."""

    keep_days: int
    runs: Q


def rules(projects: Iterable[int] | None = None) -> list[Rule]:
    """Return what holds; of projects that keep runs for a shorter time only these, if named.

    A run that two of them are about goes by the shorter one.
    """
    most = settings.KEEP_RUNS_DAYS
    site = [Rule(most, Q())] if most else []
    if projects is not None and not projects:
        return site
    own = Project.objects.filter(keep_days__isnull=False)
    if most:
        own = own.filter(keep_days__lt=most)
    if projects is not None:
        own = own.filter(pk__in=projects)
    days = own.order_by("keep_days").values_list("keep_days", flat=True).distinct()
    return [*(Rule(one, Q(project__in=own.filter(keep_days=one))) for one in days if one), *site]


def choices() -> list[int]:
    """Return for how many days a project may keep its runs: not for longer than the site."""
    most = settings.KEEP_RUNS_DAYS
    return [days for days in KEEP_DAYS if not most or days < most]


def condemned(now: datetime, of: Sequence[Rule]) -> RunQuerySet:
    """Return the runs that will be older than they are kept once their notice is over."""
    found = (_older(rule, now + ANNOUNCED_BEFORE) for rule in of)
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
class Kept:
    """For how many days runs are kept. project: its name; without one those of the site are."""

    days: int
    project: str = ""


@dataclass(frozen=True)
class Going:
    """How many runs will go, and when the first does. more: it is more than counted."""

    count: int
    first: datetime
    more: bool
    kept: list[Kept]


def going(visitor: Visitor, project: Project | None = None) -> Going | None:
    """Return what the visitor's History says of it, or with a project the page of that."""
    of = rules([project.pk] if project else visitor.projects)
    if not of:
        return None
    runs = condemned(timezone.now(), of).visible_to(visitor)
    if project:
        runs = runs.filter(project=project)
    told = DeletionNotice.objects.filter(run__in=runs.values("pk")).order_by("goes_at")
    found = list(told.values_list("goes_at", "run__project")[: MAX_COUNTED + 1])
    count = min(len(found), MAX_COUNTED)
    kept = _kept({project for _at, project in found})
    return Going(count, found[0][0], len(found) > MAX_COUNTED, kept) if found else None


def _kept(projects: set[int | None]) -> list[Kept]:
    """Return by which times runs of these go."""
    most = settings.KEEP_RUNS_DAYS
    own = Project.objects.filter(pk__in=filter(None, projects), keep_days__in=choices())
    shorter = [Kept(one.keep_days or 0, one.name) for one in own.order_by("name", "pk")]
    is_all = len(shorter) == len(projects)
    return shorter if is_all else [Kept(most), *shorter]


def going_context(row: Run | Comparison) -> dict[str, Any]:
    """Return what the page of a run or a comparison says.

    A star or a link counts at once, though the notice is taken back within the hour.
    """
    of = rules([row.project_id] if row.project_id else [])
    if not of:
        return {}
    which = {"pk" if isinstance(row, Run) else "comparison": row.pk}
    told = DeletionNotice.objects.filter(
        run__in=condemned(timezone.now(), of).filter(**which).values("pk")
    )
    first = told.order_by("goes_at").values_list("goes_at", flat=True).first()
    return {"goes_at": first, "kept": _kept({row.project_id})} if first else {}
