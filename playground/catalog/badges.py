"""What providers say of their models: new, gone, whether they see images, what a token costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.utils import timezone

from playground.catalog import entries
from playground.connections.models import ListedModel
from playground.providers.endpoint import WAVESPEED

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from playground.catalog.entries import Model

NEW_FOR = timedelta(days=14)
CACHE_SECONDS = 10


@dataclass(frozen=True)
class Badges:
    """vision: None where nobody says. input_price, output_price: US dollars a token."""

    is_new: bool = False
    is_gone: bool = False
    vision: bool | None = None
    input_price: Decimal | None = None
    output_price: Decimal | None = None


Listed = tuple[dict[tuple[str, str], Badges], set[str]]


class ModelBadges:
    """Everything that was listed, read every few seconds. What was never listed has no marks."""

    def __init__(self) -> None:
        listed: Listed = cache.get_or_set("marks", _read, CACHE_SECONDS) or ({}, set())
        self._marks, self._lists = listed

    def of(self, model: Model) -> Badges:
        """Return its marks. A model of the catalogue that the live list leaves out is gone."""
        provider = model.server or WAVESPEED
        missing = Badges(is_gone=not model.server and provider in self._lists)
        return self._marks.get((provider, model.wire_id), missing)

    def is_offered(self, model: Model) -> bool:
        """Whether the catalogue or a list names it, and no list left it out since.

        A server may run what it does not list: its models count as offered until they are gone.
        """
        if self.of(model).is_gone:
            return False
        listed = bool(model.server) or (WAVESPEED, model.wire_id) in self._marks
        return listed or entries.contains(model.id)


def _read() -> Listed:
    """Return the marks by provider and model, and which providers list anything now."""
    rows = list(ListedModel.objects.all())
    first: dict[str, datetime] = {}
    for row in rows:
        first[row.provider] = min(row.first_seen, first.get(row.provider, row.first_seen))
    # The first list that a provider ever gave holds nothing new.
    fresh = timezone.now() - NEW_FOR
    marks = {
        (row.provider, row.model_id): Badges(
            is_new=row.first_seen > max(fresh, first[row.provider]) and not row.gone_at,
            is_gone=bool(row.gone_at),
            vision=row.vision,
            input_price=row.input_price,
            output_price=row.output_price,
        )
        for row in rows
    }
    return marks, {row.provider for row in rows if not row.gone_at}
