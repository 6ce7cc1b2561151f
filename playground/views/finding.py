"""Finds what an address names, among what the visitor may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404

from playground.models import Comparison
from playground.visitors import visitor_of

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest


def find_comparison(request: HttpRequest, comparison_id: uuid.UUID) -> Comparison:
    """Return the comparison, if this visitor may see it; raises Http404."""
    found = Comparison.objects.visible_to(visitor_of(request)).select_related("best")
    return get_object_or_404(found, pk=comparison_id)
