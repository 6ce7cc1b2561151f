"""Which rows a visitor may see, change and remove. Every view starts from here.

Without a project a row is its owner's alone. In a project all members see it, those who work there
change it, and who started it or a keeper removes it. Who has left a project sees nothing of it,
not even what they started.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404

if TYPE_CHECKING:
    from typing import Self

    from playground.accounts.visitor import Visitor


Row = TypeVar("Row", bound=models.Model)

NOTHING = Q(pk__in=[])
LOOKS = "You may look at this project and not change it. Ask one of its keepers to let you work."
KEEPERS = "Only who started this, or a keeper of its project, may do that. Nothing was changed."


class NotAllowedHereError(Exception):
    """A member may see the row and not do this with it; the words say who may."""


def may_see(visitor: Visitor) -> Q:
    """Return what makes a row of an owner visible; of a stranger, who is stopped before, none."""
    if visitor.local:
        return Q()
    return Q(owner=visitor.account) if visitor.account else NOTHING


def parts_seen(visitor: Visitor, only: str = "") -> list[Q]:
    """Return what may be seen of runs, in parts of which each has an index of its own.

    only: the number of one project, or NO_PROJECT.
    """
    if visitor.local:
        return [Q()]
    if not visitor.account:
        return [NOTHING]
    parts = {NO_PROJECT: Q(owner=visitor.account, project__isnull=True)}
    parts |= {str(pk): Q(project=pk) for pk in visitor.projects}
    return [parts.get(only, NOTHING)] if only else list(parts.values())


NO_PROJECT = "none"


def in_sight(visitor: Visitor, prefix: str = "") -> Q:
    """Return what makes a row visible that may be in a project. prefix: the way to that row."""
    if not visitor.account:
        return may_see(visitor)
    seen = Q(**{f"{prefix}owner": visitor.account, f"{prefix}project__isnull": True})
    if visitor.projects:
        seen |= Q(**{f"{prefix}project__in": list(visitor.projects)})
    return seen


class OwnedQuerySet(models.QuerySet[Row]):
    """Rows with an `owner`; those of a local playground have none."""

    def visible_to(self, visitor: Visitor) -> Self:
        """Everything on a local playground, one's own with accounts, nothing for a stranger."""
        return self.filter(may_see(visitor)) if not visitor.is_stranger else self.none()


class InProjectQuerySet(models.QuerySet[Row]):
    """Rows with an `owner` that can be in a project: see InProject."""

    def visible_to(self, visitor: Visitor) -> Self:
        """Everything on a local playground, nothing for a stranger; with accounts what is one's
        own and in no project, and all of the projects that one belongs to.
        """
        if visitor.is_stranger:
            return self.none()
        return self.there().filter(in_sight(visitor))

    def there(self) -> Self:
        """Without rows that are as good as deleted."""
        return self


def sees(visitor: Visitor, row: Any) -> bool:
    """Whether a row at hand is in sight: as `in_sight`, without asking the database."""
    if visitor.local or visitor.is_stranger:
        return visitor.local
    if row.project_id is not None:
        return row.project_id in visitor.projects
    return bool(row.owner_id == visitor.account_id)


def find_in_sight(rows: models.QuerySet[Row], visitor: Visitor, pk: object) -> Row:
    """Return the row of this key; raises Http404 for one out of sight as for none.

    One row is looked at when it is there: that takes less than putting the rule into the question.
    """
    row = get_object_or_404(rows, pk=pk)
    if not sees(visitor, row):
        raise Http404
    return row


def may_change(visitor: Visitor, row: Any) -> bool:
    """Whether a visitor who sees the row may change it. row: of a model that is InProject."""
    return row.project_id is None or visitor.local or visitor.works_in(row.project_id)


def may_remove(visitor: Visitor, row: Any) -> bool:
    """Whether a visitor who sees the row may delete it, or take it out of its project."""
    if row.project_id is None or visitor.local or visitor.keeps(row.project_id):
        return True
    return visitor.works_in(row.project_id) and row.owner_id == visitor.account_id


def refuse_lookers(visitor: Visitor, *rows: Any) -> None:
    """Raise NotAllowedHereError where one of the rows is not the visitor's to change."""
    if not all(may_change(visitor, row) for row in rows):
        raise NotAllowedHereError(LOOKS)


def refuse_removal(visitor: Visitor, *rows: Any) -> None:
    """Raise NotAllowedHereError where one of the rows is not the visitor's to remove."""
    if not all(may_remove(visitor, row) for row in rows):
        raise NotAllowedHereError(KEEPERS)


def one_each(
    *fields: str, name: str, local_name: str, **live: bool
) -> tuple[models.UniqueConstraint, models.UniqueConstraint]:
    """Keep these fields from standing twice with one owner, or on a local playground with none.

    live: which rows count, where not all do.
    """
    owned = Q(owner__isnull=False, **live) if live else None
    local = Q(owner__isnull=True, **live)
    return (
        models.UniqueConstraint(fields=["owner", *fields], condition=owned, name=name),
        models.UniqueConstraint(fields=fields, condition=local, name=local_name),
    )
