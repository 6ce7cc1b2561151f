"""Moves rows into projects and out of them, and ends projects.

A comparison goes whole, deleted cells included. Out of a project each thing goes back to who
started it; cells that others added to a comparison go with it, and are then that one's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, OuterRef, Q, Subquery

from playground.accounts.audit.log import Kind, record
from playground.accounts.models import Account
from playground.accounts.projects import members
from playground.accounts.projects.models import InProject, Project
from playground.accounts.projects.moving import NotMovedError, refuse_move
from playground.experiments.models.mark import Judge
from playground.experiments.models.test_set import TestSet
from playground.runs.changes import announce
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.storage.writes import a_few_at_a_time, orderly_writes
from playground.web.formatting import counted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any
    from uuid import UUID

    from django.db.models import QuerySet

    from playground.accounts.visitor import Visitor
    from playground.runs.models.run import RunQuerySet

RUNNING = "What is running stays where it is until it has ended. Nothing was moved."


def move(runs: Sequence[Run], project_id: int | None, visitor: Visitor) -> None:
    """Move the forms of these runs into a project, or with None out of the one they are in.

    runs: all the runs of the forms, as the visitor sees them. Raises NotMovedError.
    """
    comparisons = {run.comparison_id for run in runs if run.comparison_id}
    singles = {run.pk for run in runs if not run.comparison_id}
    with orderly_writes(), transaction.atomic():
        items = [*_held(Comparison.objects, comparisons), *_held(Run.objects, singles)]
        refuse_move(visitor, items, project_id)
        comparisons |= _judging(comparisons)
        if any(item.project_id for item in items) and _are_running(comparisons, singles):
            raise NotMovedError(RUNNING)
        _put(comparisons, singles, project_id)
    announce(*(run.pk for run in runs), *comparisons, ended=True)


def _held(rows: object, ids: set[UUID]) -> list[Comparison | Run]:
    found = rows.select_for_update().filter(pk__in=ids).only("owner", "project")  # type: ignore[attr-defined]
    return list(found)


def _judging(comparisons: set[UUID]) -> set[UUID]:
    """Return the comparisons of models that judge one of these: they go along."""
    judges = Judge.objects.filter(experiment__in=comparisons, comparison__isnull=False)
    return set(judges.values_list("comparison", flat=True))


def _are_running(comparisons: set[UUID], singles: set[UUID]) -> bool:
    runs = Run.objects.filter(Q(comparison__in=comparisons) | Q(pk__in=singles))
    return runs.going_on().exists()


def _put(comparisons: set[UUID], singles: set[UUID], project_id: int | None) -> None:
    for some in a_few_at_a_time(list(singles)):
        Run.everything.filter(pk__in=some).update(project=project_id)
    for some in a_few_at_a_time(list(comparisons)):
        Comparison.objects.filter(pk__in=some).update(project=project_id)
        cells = Run.everything.filter(comparison__in=some)
        cells.update(project=project_id)
        if project_id is None:
            _give_back(cells)


def _give_back(cells: RunQuerySet) -> None:
    """Give what others added to a comparison to who started it: it would be seen in part only."""
    whole = Comparison.objects.filter(pk=OuterRef("comparison"))
    cells.update(owner=Subquery(whole.values("owner")[:1]))


@dataclass(frozen=True)
class Returned:
    """What goes back to one person where a project ends, as in `3 comparisons`."""

    person: str
    things: list[str]


def end(project_id: int, keeper: Account) -> None:
    """End the project for good; everything in it goes back to who started it.

    Raises GoneError, and NotMovedError while something of it is running.
    """
    waiting = waiting_in(project_id)
    with members.kept(project_id, keeper) as project:
        if not _returned(project):
            raise NotMovedError(RUNNING.replace("moved", "ended"))
        record(Kind.PROJECT_ENDED, by=keeper.pk, detail=str(project))
        project.delete()
    announce(*waiting, ended=True)


def end_empty() -> None:
    """End projects whose last member was erased, once nothing of them is running."""
    for project in Project.objects.filter(memberships__isnull=True):
        with orderly_writes(), transaction.atomic():
            if _returned(project):
                record(Kind.PROJECT_ENDED, detail=str(project))
                project.delete()


def _returned(project: Project) -> bool:
    """Give everything back to who started it. False, and nothing is done, while it is running."""
    inside = Run.everything.filter(project=project)
    if inside.going_on().exists():
        return False
    _give_back(inside.filter(comparison__isnull=False))
    for kind in InProject.__subclasses__():
        kind._base_manager.filter(project=project).update(project=None)
    return True


def waiting_in(project_id: int) -> list[UUID]:
    """Return the runs and comparisons that pages of members may wait for."""
    going_on = Run.objects.filter(project=project_id).going_on()
    pairs = going_on.values_list("pk", "comparison")
    return [one for pair in pairs for one in pair if one]


def what_goes_back(project: Project) -> list[Returned]:
    """Return what becomes of the things of a project, by person."""
    things: dict[int, list[str]] = {}
    for kind in InProject.__subclasses__():
        rows: QuerySet[Any] = kind._base_manager.filter(project=project)
        if kind is Run:
            rows = rows.filter(comparison=None)
        if kind in {Run, TestSet}:
            rows = rows.filter(deleted_at=None)
        for owner, count in rows.order_by().values_list("owner").annotate(Count("pk")):
            things.setdefault(owner, []).append(counted(count, str(kind._meta.verbose_name)))
    names = Account.objects.filter(pk__in=things).order_by("username")
    return [Returned(name, things[pk]) for pk, name in names.values_list("pk", "username")]
