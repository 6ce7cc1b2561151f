"""Checking answers against their images: what was pressed, and how far the reading is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from playground.comparisons.access import find_comparison, find_run
from playground.evidence import checking
from playground.evidence.page import page_evidence
from playground.evidence.read_answer import read_answer
from playground.evidence.standing import READING, standing_of
from playground.experiments.marking_views import address_of
from playground.web.fragments import is_fragment
from playground.web.params import number_or_none
from playground.web.responses import see_other

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from django.http import HttpRequest

    from playground.runs.models.comparison import Comparison
    from playground.runs.models.run import Run


@require_http_methods(["GET", "HEAD", "POST"])
def of_run(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """POST has the run checked, or stops that; GET waits for it, then leads to the run's page."""
    run = find_run(request, run_id)
    return _answer(request, [run], run)


@require_http_methods(["GET", "HEAD", "POST"])
def of_comparison(request: HttpRequest, comparison_id: uuid.UUID) -> HttpResponse:
    """The same for all answers of a comparison; of an experiment, for those of `?case=`, from 1."""
    comparison = find_comparison(request, comparison_id)
    if not comparison.rows:
        return _answer(request, list(comparison.cells()), comparison)
    row = number_or_none(request.GET.get("case", "")) or 1
    cells = list(comparison.cells().of_row(row - 1))
    return _answer(request, cells, address_of(comparison, row, blind="blind" in request.GET))


def _answer(
    request: HttpRequest, runs: Sequence[Run], page: Run | Comparison | str
) -> HttpResponse:
    if request.method == "POST" and "stop" in request.POST:
        checking.stop(runs)
    elif request.method == "POST":
        checking.ask(runs)
    elif is_fragment(request) and standing_of(runs).state == READING:
        return HttpResponse(status=204)
    return see_other(page)


def run_evidence(request: HttpRequest, run: Run) -> dict[str, Any]:
    """Return what the page of a run shows of its evidence, or of what the reader itself answered.

    located: what has places on the images, if anything has.
    """
    if read := read_answer(run, run.output_html, "line"):
        return {"read": read, "evident": read.html, "located": read.located}
    address = reverse("run-evidence", args=[run.pk])
    found = page_evidence(request, {run: run.output_html}, address)
    return {"evidence": found, "evident": found.html(run.pk), "located": found.located}
