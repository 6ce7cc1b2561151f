"""Look it up: what a person can do about a run of which nobody knows whether it was accepted."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from playground.comparisons.access import find_run
from playground.results.views.runs import acted
from playground.worker import lookup
from playground.worker.queue.dispatch import dispatch, dispatch_lookup


@require_POST
def look_up(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Let a worker read the provider's list. Pressing twice is looking once."""
    run = find_run(request, run_id, even_sealed=True)
    if lookup.may_look_up(run) and run.begin_lookup():
        dispatch_lookup(run.pk)
    run.refresh_from_db()
    return acted(request, run)


@require_POST
def link(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """This is it: from now on the run is that prediction, and its answer is read."""
    run = find_run(request, run_id, even_sealed=True)
    if lookup.link(run, request.POST.get("prediction", "")):
        dispatch(run.pk)
    run.refresh_from_db()
    return acted(request, run)
