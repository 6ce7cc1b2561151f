"""Finds what an address names, among what the visitor may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404

from playground.accounts.visitor import visitor_of
from playground.comparisons.blind.voting import SealedError, refuse_sealed
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run

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
        found if alone else found.select_related("best", "experiment"), pk=comparison_id
    )
    if comparison.is_sealed and not even_sealed:
        raise SealedError(comparison)
    return comparison


AROUND = ("comparison", "retry_of", "rerun_of")  # what the page of a run names


def find_run(request: HttpRequest, run_id: uuid.UUID, *, even_sealed: bool = False) -> Run:
    """Return the run, if this visitor may see it; raises Http404, and SealedError for a run of a
    blind comparison, unless the view says that it shows neither its model, time nor cost.
    """
    runs = Run.objects.visible_to(visitor_of(request)).select_related(*AROUND)
    run = get_object_or_404(runs, pk=run_id)
    if not even_sealed:
        refuse_sealed(run)
    return run
