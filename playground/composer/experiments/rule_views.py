"""Changes the rules of an experiment: all its answers are marked again, and nothing is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from playground.composer.experiments import edits
from playground.composer.experiments.page import tried_context
from playground.composer.experiments.rules import RuleRows
from playground.experiments import marking
from playground.experiments.access import find_experiment
from playground.web.responses import see_other

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest, HttpResponse

    from playground.experiments.models.experiment import Experiment


@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: HttpRequest, comparison_id: uuid.UUID) -> HttpResponse:
    """The rules as they are; POST presses one of the buttons, the last of which keeps them."""
    experiment = find_experiment(request, comparison_id)
    if request.method != "POST":
        current = [rule.options for rule in experiment.rules.all()]
        return _page(request, experiment, RuleRows.of(current))
    edit = edits.edit_of(request.POST)
    if edit:
        _, changed = edits.edited(request.POST, edit)
        return _page(request, experiment, changed)
    posted = RuleRows.posted(request.POST)
    if not posted.are_valid():
        return _page(request, experiment, posted, status=422)
    marking.replace_rules(experiment, posted.options())
    return see_other(experiment)


def _page(
    request: HttpRequest, experiment: Experiment, shown: RuleRows, *, status: int = 200
) -> HttpResponse:
    first = experiment.version.cases.exclude(expected="").first()
    context = {
        "comparison": experiment.comparison,
        "rules": shown,
        **tried_context(request, first.expected if first else ""),
    }
    return render(request, "composer/experiments/rules.html", context, status=status)
