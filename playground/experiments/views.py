"""What can be done with an experiment as a whole. Its address is its comparison's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from playground.experiments import progress
from playground.experiments.access import find_experiment
from playground.experiments.models.experiment import State
from playground.experiments.page import code_of, context_of
from playground.web.responses import see_other

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable

    from django.http import HttpRequest

    from playground.experiments.models.experiment import Experiment
    from playground.runs.models.comparison import Comparison


def page(request: HttpRequest, comparison: Comparison, around: dict[str, Any]) -> HttpResponse:
    """The permalink of an experiment. around: what stands beside it, as notes."""
    context = context_of(request, comparison) | around
    return render(request, "experiments/page.html", context)


def polled(request: HttpRequest, comparison: Comparison) -> HttpResponse:
    """Outcome and grid as they are now; 204 where the page shows it already.

    A page that was drawn before the answers were marked, in another window, is loaded anew.
    """
    if not request.GET.get("seen", "").startswith(tuple(State.values)):
        return HttpResponseClientRefresh()
    if request.GET.get("seen") == code_of(comparison.experiment):
        return HttpResponse(status=204)
    return render(request, "experiments/_result.html", context_of(request, comparison))


def _press(act: Callable[[Experiment], bool]) -> Callable[..., HttpResponse]:
    """Return the view of a button. Pressing twice is pressing once."""

    @require_POST
    def view(request: HttpRequest, comparison_id: uuid.UUID) -> HttpResponse:
        experiment = find_experiment(request, comparison_id)
        act(experiment)
        return see_other(experiment)

    return view


pause, resume, end = map(_press, (progress.pause, progress.resume, progress.end))
