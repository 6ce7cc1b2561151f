"""Ask further: a question that follows a run, or the columns of a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_POST

from playground.accounts.visitor import visitor_of
from playground.comparisons.access import find_comparison, find_run
from playground.composer.follow_up import FollowUpForm
from playground.composer.views import REUSED, SPENT
from playground.results.exchange import further
from playground.runs.exchange import why_not_followed
from playground.spending.limits import LimitReached
from playground.spending.middleware import limited
from playground.submission import create
from playground.web.params import uuid_or_none
from playground.web.responses import see_other

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

    from playground.runs.models.comparison import Comparison
    from playground.runs.models.run import Run

ONE_BY_ONE = "Here one answer goes on at a time. Open one and ask further there. Nothing was sent."


@require_POST
def follow_run(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    run = find_run(request, run_id)
    return _ask(request, run, [run])


@require_POST
def follow_comparison(request: HttpRequest, comparison_id: uuid.UUID) -> HttpResponse:
    """`run` names one column; without it all go on that have an answer, of those of `column`.

    An answer that came after the page was drawn is in none of its columns, nor in its price.
    """
    comparison = find_comparison(request, comparison_id)
    cells = list(comparison.cells().select_related("comparison"))
    if comparison.rows or hasattr(comparison, "judge"):
        return _refused(request, comparison, cells, ONE_BY_ONE)
    named = [request.POST["run"]] if request.POST.get("run") else request.POST.getlist("column")
    if named:
        cells = [run for run in cells if str(run.pk) in named]
    if not cells:
        raise Http404
    return _ask(request, comparison, [one for one in cells if not why_not_followed(one)] or cells)


def _ask(request: HttpRequest, item: Run | Comparison, runs: Sequence[Run]) -> HttpResponse:
    visitor = visitor_of(request)
    form = FollowUpForm(request.POST, visitor, runs)
    if not form.is_valid():
        words = dict.fromkeys(str(one) for errors in form.errors.values() for one in errors)
        return _refused(request, item, runs, " ".join(words))
    try:
        started, _ = create.press(form.asked(), visitor.account)
    except create.TokenReusedError:
        return _refused(request, item, runs, REUSED)
    except create.TokenSpentError:
        return _refused(request, item, runs, SPENT)
    except create.NoProjectError:
        return _refused(request, item, runs, create.NO_PROJECT)
    except LimitReached as reached:
        return limited(_refused(request, item, runs, reached.words(), 429), reached)
    return see_other(started)


def _refused(
    request: HttpRequest,
    item: Run | Comparison,
    runs: Sequence[Run],
    problem: str,
    status: int = 422,
) -> HttpResponse:
    """A page with the form alone, and what was typed in it."""
    context = {
        "item": item,
        "further": further(item, runs, visitor_of(request)),
        "problem": problem,
        "typed": request.POST.get("prompt", ""),
        "chosen": uuid_or_none(request.POST.get("run", "")),
    }
    return render(request, "results/exchange/page.html", context, status=status)
