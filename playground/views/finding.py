"""Finds what an address names, among what the visitor may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404

from playground.models import Comparison
from playground.services.votes import SealedError
from playground.visitors import visitor_of

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest


def find_comparison(
    request: HttpRequest,
    comparison_id: uuid.UUID,
    *,
    even_sealed: bool = False,
    alone: bool = False,
) -> Comparison:
    """Return the comparison, if this visitor may see it; raises Http404, and SealedError for a
    blind one, unless the view says that it keeps the names apart from the answers.

    alone: without the best answer, which polls do not need.
    """
    found = Comparison.objects.visible_to(visitor_of(request))
    comparison = get_object_or_404(
        found if alone else found.select_related("best"), pk=comparison_id
    )
    if comparison.is_sealed and not even_sealed:
        raise SealedError(comparison)
    return comparison
