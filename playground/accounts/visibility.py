"""Which rows a visitor may see. Every view starts from here."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from typing import Self

    from playground.accounts.visitor import Visitor


Row = TypeVar("Row", bound=models.Model)


def may_see(visitor: Visitor) -> Q:
    """Return what makes a row visible; of a stranger, who is to be stopped before, nothing."""
    if visitor.local:
        return Q()
    return Q(owner=visitor.account) if visitor.account else Q(pk__in=[])


class OwnedQuerySet(models.QuerySet[Row]):
    """Rows with an `owner`; those of a local playground have none."""

    def visible_to(self, visitor: Visitor) -> Self:
        """Everything on a local playground, one's own with accounts, nothing for a stranger."""
        return self.filter(may_see(visitor)) if not visitor.is_stranger else self.none()


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
