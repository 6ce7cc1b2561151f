"""What can be done with an experiment as a whole. Its address is its comparison's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from playground.experiments import progress
from playground.experiments.access import find_experiment
from playground.experiments.page import code_of, context_of
from playground.runs.retention import going_context
from playground.web.responses import see_other

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping

    from django.http import HttpRequest

    from playground.runs.models.comparison import Comparison


def page(request: HttpRequest, comparison: Comparison, around: Mapping[str, Any]) -> HttpResponse:
    """The permalink of an experiment. around: what stands below it, as notes."""
    context = {**context_of(request, comparison), **going_context(comparison), **around}
    return render(request, "experiments/page.html", context)


def polled(request: HttpRequest, comparison: Comparison) -> HttpResponse:
    """Outcome and grid as they are now; 204 where the page shows it already."""
    if request.GET.get("seen") == code_of(comparison.experiment):
        return HttpResponse(status=204)
    return render(request, "experiments/_result.html", context_of(request, comparison))


@require_POST
def pause(request: HttpRequest, comparison_id: uuid.UUID) -> HttpResponse:
    """Send nothing more until it is resumed. Pressing twice is pressing once."""
    experiment = find_experiment(request, comparison_id)
    progress.pause(experiment)
    return see_other(experiment)


@require_POST
def resume(request: HttpRequest, comparison_id: uuid.UUID) -> HttpResponse:
    """Go on after a pause."""
    experiment = find_experiment(request, comparison_id)
    progress.resume(experiment)
    return see_other(experiment)


@require_POST
def end(request: HttpRequest, comparison_id: uuid.UUID) -> HttpResponse:
    """End it with what is there."""
    experiment = find_experiment(request, comparison_id)
    progress.end(experiment)
    return see_other(experiment)
