"""Which rows a visitor may see. Every view starts from here."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db import models

if TYPE_CHECKING:
    from typing import Self

    from playground.visitors import Visitor


Row = TypeVar("Row", bound=models.Model)


class OwnedQuerySet(models.QuerySet[Row]):
    """Rows with an `owner`; those of a local playground have none."""

    def visible_to(self, visitor: Visitor) -> Self:
        """Everything on a local playground, one's own with accounts, nothing for a stranger."""
        if visitor.local:
            return self
        return self.filter(owner=visitor.account) if visitor.account else self.none()
