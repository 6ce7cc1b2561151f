"""Has a model mark the answers of an experiment: which, by what rubric, and for how much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from playground.accounts.visitor import visitor_of
from playground.catalog import entries, offered
from playground.composer.terms import shown_in, words_after
from playground.experiments import judging
from playground.experiments.access import find_experiment
from playground.experiments.agreement import agreements_of
from playground.spending.limits import LimitReached
from playground.spending.middleware import limited
from playground.spending.prices import estimate
from playground.web.fragments import is_fragment
from playground.web.responses import see_other

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest, HttpResponse

    from playground.accounts.models import Account
    from playground.experiments.models.experiment import Experiment
    from playground.spending.prices import Estimate

NO_MODEL = "Choose a model that is offered here. Nothing was sent."
NO_RUBRIC = f"Write by what to judge, at most {judging.MAX_RUBRIC_LENGTH:,} characters."
NOTHING = "There is no answer to judge yet. Wait until runs have ended."


@require_http_methods(["GET", "HEAD", "POST"])
def judge(request: HttpRequest, comparison_id: uuid.UUID) -> HttpResponse:
    """The form; POST shows number and cost, and starts what was shown once it is confirmed."""
    experiment = find_experiment(request, comparison_id)
    owner = visitor_of(request).account
    if request.method != "POST":
        return _page(request, experiment, rubric=judging.DEFAULT_RUBRIC)
    model, rubric = request.POST.get("model", "")[:200], request.POST.get("rubric", "").strip()
    asked: dict[str, Any] = {"model": model, "rubric": rubric}
    problem = _problem(experiment, model, rubric)
    if problem:
        return _page(request, experiment, problem=problem, status=422, **asked)
    terms = _terms(experiment, model, owner)
    shown = shown_in(request.POST)
    if not shown or terms.exceeds(shown) or "start" not in request.POST:
        over = words_after(shown, terms) if shown and "start" in request.POST else ""
        return _page(request, experiment, terms=terms, over=over, **asked)
    try:
        judging.start(experiment, model, rubric, owner)
    except LimitReached as reached:
        refused = _page(request, experiment, problem=reached.words(), status=429, **asked)
        return limited(refused, reached)
    return see_other(f"{experiment.get_absolute_url()}?source=judge")


def _problem(experiment: Experiment, model: str, rubric: str) -> str:
    if model not in {one.id for group in offered.groups() for one in group.models}:
        return NO_MODEL
    if not 0 < len(rubric) <= judging.MAX_RUBRIC_LENGTH or "\x00" in rubric:
        return NO_RUBRIC
    return "" if judging.answers(experiment).exists() else NOTHING


def _terms(experiment: Experiment, model: str, owner: Account | None) -> Estimate:
    todo = judging.answers(experiment).exclude(marks__judge__model_id=model).count()
    return estimate([entries.find(model)], owner) * todo


def _page(
    request: HttpRequest, experiment: Experiment, *, status: int = 200, **values: Any
) -> HttpResponse:
    context = {
        "comparison": experiment.comparison,
        "experiment": experiment,
        "groups": offered.groups(),
        "judges": experiment.judges.all(),
        "agreements": agreements_of(experiment),
        "max_rubric_length": judging.MAX_RUBRIC_LENGTH,
    }
    form = "composer/experiments/judge/_form.html"
    template = form if is_fragment(request) else "composer/experiments/judge/page.html"
    return render(request, template, context | values, status=status)
