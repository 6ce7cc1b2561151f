"""Finds what an address names, among what the visitor may see.

Whoever may look only is refused where something would change, which is every method but GET.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.accounts.visibility import find_in_sight, refuse_lookers
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
    """Return the comparison, if this visitor may see it; raises Http404, NotAllowedHereError, and
    SealedError for a blind one, unless the view says that it keeps the names apart from the
    answers.

    alone: without the best answer, which polls do not need.
    """
    found = Comparison.objects.there()
    rows = found if alone else found.select_related("best", "experiment")
    comparison = find_in_sight(rows, visitor_of(request), comparison_id)
    _refuse_lookers(request, comparison)
    if comparison.is_sealed and not even_sealed:
        raise SealedError(comparison)
    return comparison


AROUND = ("comparison", "retry_of", "rerun_of", "follows")  # what the page of a run names


def find_run(
    request: HttpRequest, run_id: uuid.UUID, *, even_sealed: bool = False, to_read: bool = False
) -> Run:
    """Return the run, if this visitor may see it; raises Http404, NotAllowedHereError, and
    SealedError for a run of a blind comparison, unless the view says that it shows neither its
    model, time nor cost.

    to_read: the view leaves the run as it is, whatever the method.
    """
    run = find_in_sight(Run.objects.select_related(*AROUND), visitor_of(request), run_id)
    if not to_read:
        _refuse_lookers(request, run)
    if not even_sealed:
        refuse_sealed(run)
    return run


def _refuse_lookers(request: HttpRequest, item: Run | Comparison) -> None:
    if request.method not in {"GET", "HEAD"}:
        refuse_lookers(visitor_of(request), item)
