"""Changes the rules of an experiment, or whose cases say what is right; nothing is asked again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from playground.accounts.visibility import sees
from playground.accounts.visitor import visitor_of
from playground.composer.experiments import edits
from playground.composer.experiments.page import tried_context
from playground.composer.experiments.rules import RuleRows
from playground.experiments import marking
from playground.experiments.access import find_experiment
from playground.experiments.versions import changed_answers, newest_of
from playground.web.responses import see_other

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest, HttpResponse

    from playground.experiments.models.experiment import Experiment
    from playground.experiments.models.test_set import Version


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
    if "version" not in request.POST:
        marking.replace_rules(experiment, posted.options())
        return see_other(experiment)
    newer = _newer(request, experiment)
    is_newest = newer and str(newer.number) == request.POST["version"]
    if newer and is_newest and marking.mark_by(experiment, newer, posted.options()):
        return see_other(experiment)
    return _page(request, experiment, posted, status=409)


def _newer(request: HttpRequest, experiment: Experiment) -> Version | None:
    """Return the newest version of the test set, where it is in sight and not the one in use."""
    test_set = experiment.version.test_set
    if test_set.deleted_at or not sees(visitor_of(request), test_set):
        return None
    newest = newest_of(test_set)
    return newest if newest.number > experiment.version.number else None


def _page(
    request: HttpRequest, experiment: Experiment, shown: RuleRows, *, status: int = 200
) -> HttpResponse:
    first = experiment.version.cases.exclude(expected="").first()
    newer = _newer(request, experiment)
    context = {
        "used": experiment.version,
        "newer": newer,
        "changed": changed_answers(experiment.version, newer) if newer else None,
        "by_newer": "version" in request.POST and status != 409,
        "is_stale": status == 409,
        "comparison": experiment.comparison,
        "rules": shown,
        **tried_context(request, first.expected if first else ""),
    }
    return render(request, "composer/experiments/rules.html", context, status=status)
