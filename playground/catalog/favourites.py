"""Favourite models: a star put on or taken off, and the picker that begins with them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from playground.catalog import offered
from playground.catalog.entries import VendorGroup
from playground.catalog.models import Favourite
from playground.storage.writes import one_at_a_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playground.accounts.visitor import Visitor

MAX_FAVOURITES = 100  # of one person


def set_star(visitor: Visitor, model_id: str, *, starred: bool) -> bool:
    """Return whether the model is a favourite now. What cannot be run cannot become one."""
    mine = Favourite.objects.visible_to(visitor)
    if not starred:
        mine.filter(model_id=model_id).delete()
        return False
    may_run = offered.may_run(model_id)
    with one_at_a_time("favourites"):
        if not may_run or mine.count() >= MAX_FAVOURITES:
            return mine.filter(model_id=model_id).exists()
        # The same press from two tabs is one row: the database ignores the second.
        row = Favourite(owner=visitor.account, model_id=model_id)
        Favourite.objects.bulk_create([row], ignore_conflicts=True)
    return True


def picker(visitor: Visitor, also: Sequence[str] = ()) -> tuple[VendorGroup, ...]:
    """Return the groups of the picker, each model once: favourites first, then as offered."""
    rows = Favourite.objects.visible_to(visitor).order_by("pk")
    starred = list(rows.values_list("model_id", flat=True))
    groups = offered.groups([*also, *starred])
    known = {model.id: model for group in groups for model in group.models}
    favourites = tuple(known[one] for one in starred if one in known)
    if not favourites:
        return groups
    rest = tuple(
        replace(group, models=tuple(one for one in group.models if one not in favourites))
        for group in groups
    )
    return VendorGroup("Favourites", favourites), *(one for one in rest if one.models or one.server)
