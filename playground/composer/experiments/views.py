"""Sets up an experiment: the form, what changes it, the question before it starts, the start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from playground.accounts.visitor import visitor_of
from playground.composer.experiments import edits
from playground.composer.experiments.costs import costs_of
from playground.composer.experiments.forms import ExperimentForm
from playground.composer.experiments.page import page_context
from playground.composer.experiments.prefill import initial_of
from playground.composer.experiments.rules import RuleRows
from playground.composer.forms import fit_token
from playground.composer.terms import shown_in, words_after
from playground.composer.terms_views import unsent
from playground.composer.views import GOES_BACK, REUSED, SPENT
from playground.experiments import progress
from playground.experiments.models.experiment import Experiment
from playground.runs.models.comparison import Comparison
from playground.spending.limits import LimitReached
from playground.spending.middleware import limited
from playground.storage.tokens import new_token
from playground.submission.create import (
    NO_PROJECT,
    NoProjectError,
    TokenReusedError,
    TokenSpentError,
    made_by,
)
from playground.web.fragments import form_again, is_fragment
from playground.web.responses import see_other

if TYPE_CHECKING:
    from django.http import HttpRequest

    from playground.accounts.models import Account
    from playground.composer.experiments.edits import Edit

PAGE_SIZE = 50
PAGE, FORM, LIVE = (f"composer/experiments/{name}.html" for name in ("page", "_form", "_live"))


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form, filled from what the address names; POST is a press of one of its buttons."""
    visitor = visitor_of(request)
    if request.method != "POST":
        values, rules = initial_of(request)
        form = ExperimentForm(initial=values, visitor=visitor)
        page = _page(request, form, RuleRows.of(rules), form_token=new_token())
        if visitor.local:
            page["Cache-Control"] = GOES_BACK
        return page
    edit = edits.edit_of(request.POST)
    if edit:
        return _edited(request, edit)
    form = ExperimentForm(request.POST, visitor=visitor)
    return _press(request, form, RuleRows.posted(request.POST))


def _edited(request: HttpRequest, edit: Edit) -> HttpResponse:
    """The form as it was posted, changed by a button; nothing is checked."""
    values, rules = edits.edited(request.POST, edit)
    form = ExperimentForm(initial=values, visitor=visitor_of(request))
    sent = fit_token(request.POST.get("sent_token", ""))
    kept = unsent(values["form_token"], visitor_of(request).account, sent)
    shown = {"edit": edit, **kept}
    if edit.name == "refresh":
        return _live(request, page_context(request, form, rules) | shown)
    return _page(request, form, rules, **shown)


def _live(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """What follows from the fields; nothing while a question is asked."""
    if "confirming" in request.POST:
        return HttpResponse(status=204)
    rules = RuleRows.posted(request.POST).rows
    return render(request, LIVE, context | {"new_rules": [one for one in rules if one.is_new]})


def _press(request: HttpRequest, form: ExperimentForm, rules: RuleRows) -> HttpResponse:
    """Start what is asked, once its number and cost were confirmed."""
    if not (form.is_valid() & rules.are_valid()):
        return _page(request, form, rules, status=422, form_token=new_token())
    owner = visitor_of(request).account
    plan = form.plan(rules.options())
    question = _question(request, form, owner)
    if question:
        return _page(request, form, rules, **question)
    try:
        experiment, _is_first = progress.start(plan, owner)
    except (TokenReusedError, TokenSpentError) as taken:
        form.add_error(None, SPENT if isinstance(taken, TokenSpentError) else REUSED)
        return _page(request, form, rules, status=422, form_token=new_token())
    except NoProjectError:
        form.add_error("project", NO_PROJECT)
        return _page(request, form, rules, status=422, form_token=plan.form_token)
    except LimitReached as reached:
        form.add_error(None, reached.words())
        refused = _page(request, form, rules, status=429, form_token=plan.form_token)
        return limited(refused, reached)
    if is_fragment(request):
        return HttpResponseClientRedirect(experiment.get_absolute_url())
    return see_other(experiment)


def _question(
    request: HttpRequest, form: ExperimentForm, owner: Account | None
) -> dict[str, Any] | None:
    """Return what has to be confirmed; None where the number and no less than the cost were."""
    token = form.cleaned_data["form_token"]
    earlier = made_by(token, owner) if token else None
    shown = shown_in(request.POST)
    now = costs_of(form.asked, owner).terms
    is_confirmed = request.POST.get("confirmed") == str(now.runs)
    is_more = bool(shown and not earlier and now.exceeds(shown))
    if is_confirmed and not is_more:
        return None
    over = words_after(shown, now) if shown and is_confirmed else ""
    return {"confirming": True, "over": over, **unsent(token, owner)}


def _page(
    request: HttpRequest, form: ExperimentForm, rules: RuleRows, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = page_context(request, form, rules) | more
    return form_again(request, (PAGE, FORM), "#setup", context, status)


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    visible = Comparison.objects.visible_to(visitor_of(request))
    found = Experiment.objects.filter(comparison__in=visible).order_by("-comparison__created_at")
    rows = found.select_related("comparison", "version__test_set").annotate(
        variant_count=Count("variants")
    )
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "composer/experiments/list.html", {"page": page})
