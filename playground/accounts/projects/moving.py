"""Who may move rows into projects and out of them. Leaves the moving to who keeps the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.accounts.projects.models import Project
from playground.accounts.visibility import NO_PROJECT, may_remove
from playground.web.params import number_or_none

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest

    from playground.accounts.visitor import Visitor

NOT_YOURS = "You may move only what you started. Nothing was moved. Untick the other rows."
NOT_OUT = "Only who started something, or a keeper of its project, takes it out. Nothing was moved."
NOT_WORKING = "You do not work in this project any more. Nothing was moved. Choose another one."
UNNAMED = "No project is chosen. Choose one, or none to move the rows out of theirs."


class NotMovedError(Exception):
    """Nothing was moved; the words say why."""


def project_named(request: HttpRequest) -> int | None:
    """Return where the form moves to; None for out of any project. Raises NotMovedError."""
    named = request.POST.get("project", "")
    project = number_or_none(named, 18)
    if not project and named != NO_PROJECT:
        raise NotMovedError(UNNAMED)
    return project or None


def refuse_move(visitor: Visitor, items: Iterable[Any], project_id: int | None) -> None:
    """Raise NotMovedError where the visitor may not move one of these rows there.

    items: rows that are InProject. To be called in a transaction: the project is held.
    """
    if not all(may_remove(visitor, item) for item in items):
        raise NotMovedError(NOT_OUT)
    if project_id is None:
        return
    if any(item.owner_id != visitor.account_id for item in items):
        raise NotMovedError(NOT_YOURS)
    project = Project.objects.select_for_update().filter(pk=project_id)
    if not visitor.works_in(project_id) or not project.exists():
        raise NotMovedError(NOT_WORKING)


def move_context(visitor: Visitor, item: Any) -> dict[str, Any]:
    """Return where the page of a row offers to move it: nothing to who may not."""
    if not visitor.projects or not may_remove(visitor, item):
        return {}
    mine = item.owner_id == visitor.account_id
    others = [pk for pk in visitor.projects if visitor.works_in(pk) and pk != item.project_id]
    there = Project.objects.filter(pk__in=others if mine else []).order_by("name", "pk")
    return {"move_to": list(there), "may_move": bool(item.project_id or there)}
