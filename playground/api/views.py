"""The API: starting, reading, listing and cancelling, for programs with a token.

Answers the published JSON (exports/published.py, replies.py) and, where it refuses, `Error`.
"""

import json
import uuid
from functools import cache
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from playground.accounts.visitor import visitor_of
from playground.api.errors import as_json
from playground.api.filters import run_filters
from playground.api.listing import forms_as_json
from playground.api.operations import operation
from playground.api.replies import Runs, Sealed
from playground.api.starting import start
from playground.api.types import NewRun, RunFilters
from playground.comparisons.access import find_comparison, find_run
from playground.exports import FORMAT, published, published_comparisons
from playground.exports.redaction import shown_comparison, shown_run
from playground.exports.responses import everything, origin_of, represented
from playground.history import pagination
from playground.history.rows import models_of, rows
from playground.history.views import moment, place_of
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.submission import columns
from playground.worker import slots

EXAMPLE = {
    "prompt": "What is the total of this receipt?",
    "models": ["google/gemini-2.0-flash-001"],
    "temperature": 0,
    "idempotency_key": "receipt-0001",
}
STARTED = (published.Run, published_comparisons.Comparison, Sealed)


@operation("describe", answers={200: dict}, is_open=True)
def openapi(request: HttpRequest) -> HttpResponse:
    """This document."""
    return as_json(document(origin_of(request)))


@operation(
    "start",
    takes=NewRun,
    form=NewRun,
    answers={200: STARTED, 201: STARTED},
    refuses=(409, 429),
    example=EXAMPLE,
)
def start_runs(request: HttpRequest) -> HttpResponse:
    """Start a run or a comparison.

    Answers as soon as it is stored and queued; read it until its status is completed, failed,
    unknown or cancelled. A blind comparison says where it is.
    """
    started, is_first = start(request, visitor_of(request))
    is_sealed = isinstance(started, Comparison) and started.is_sealed
    response = (_sealed if is_sealed else _answer)(request, started)
    response.status_code = 201 if is_first else 200
    response["Location"] = _address(request, started)
    return response


def _address(request: HttpRequest, item: Run | Comparison) -> str:
    name = "api-run" if isinstance(item, Run) else "api-comparison"
    return request.build_absolute_uri(reverse(name, args=[item.pk]))


def _sealed(request: HttpRequest, item: Run | Comparison) -> HttpResponse:
    body: Sealed = {
        "format": FORMAT,
        "kind": "sealed",
        "id": str(item.pk),
        "url": origin_of(request) + item.get_absolute_url(),
        "api_url": _address(request, item),
    }
    return as_json(body)


def _answer(request: HttpRequest, item: Run | Comparison) -> HttpResponse:
    """The item as it is now. Raises SealedError."""
    if isinstance(item, Run):
        return represented(shown_run(item, everything(request)), "json")
    cells = list(item.cells().in_full())
    if not cells:
        raise Http404
    return represented(shown_comparison(item, cells, everything(request)), "json")


@operation("listRuns", query=RunFilters, answers={200: Runs})
def list_runs(request: HttpRequest) -> HttpResponse:
    """A page of History: every run and comparison once, newest first."""
    form, visitor = run_filters(request)
    wanted, after = form.wanted(), request.GET.get("after", "")
    if wanted.ranked:
        page = pagination.best(visitor, wanted, place_of(after))
    else:
        page = pagination.page(visitor, wanted, moment(after))
    found = rows(Run.objects.visible_to(visitor), page.found)
    query = request.GET.copy()
    query["after"] = page.older
    older = request.build_absolute_uri(f"?{query.urlencode()}") if page.older else None
    return as_json(forms_as_json(found, models_of(found), origin_of(request), older))


@operation("readRun", answers={200: published.Run}, refuses=(409,))
def run(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """A run as it is now."""
    return _answer(request, find_run(request, run_id))


@operation("cancelRun", answers={200: published.Run}, refuses=(409,))
def cancel_run(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Cancel a run.

    Before it was sent, it is not sent. Afterwards it is not waited for, and may have been billed.
    After its end nothing happens.
    """
    found = find_run(request, run_id)
    slots.cancel(found)
    return _answer(request, find_run(request, run_id))


@operation("readComparison", answers={200: published_comparisons.Comparison}, refuses=(409,))
def comparison(request: HttpRequest, comparison_id: uuid.UUID) -> HttpResponse:
    """A comparison with all its runs, as it is now."""
    return _answer(request, find_comparison(request, comparison_id))


@operation("cancelComparison", answers={200: published_comparisons.Comparison}, refuses=(409,))
def cancel_comparison(request: HttpRequest, comparison_id: uuid.UUID) -> HttpResponse:
    """Cancel the runs that still wait to be sent.

    What was sent goes on.
    """
    found = find_comparison(request, comparison_id)
    columns.cancel_waiting(found)
    return _answer(request, found)


def document(origin: str) -> dict[str, Any]:
    """Return the document. origin: `https://host` of this playground."""
    return {**_whole(), "servers": [{"url": origin}]}


@cache
def _whole() -> dict[str, Any]:
    whole: dict[str, Any] = json.loads((settings.BASE_DIR / "docs/openapi.json").read_text())
    return whole
