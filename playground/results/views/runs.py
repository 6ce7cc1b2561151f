"""The Run screen: a run's permalink, its fragment, and one action for each button."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from playground.accounts.projects.moving import move_context
from playground.accounts.visibility import NotAllowedHereError, find_in_sight, may_change
from playground.accounts.visitor import visitor_of
from playground.catalog import capabilities
from playground.comparisons.access import find_run
from playground.comparisons.blind.voting import is_votable, refuse_sealed
from playground.experiments.progress import held_while_paused
from playground.exports.citations import cite_run
from playground.exports.redaction import shown_run
from playground.exports.responses import (
    FILES,
    by_accept,
    downloaded,
    everything,
    represented,
    wanted_form,
)
from playground.exports.wire import MAX_SHOWN, wire_context
from playground.rendering.boxes.readings import READINGS
from playground.results import reruns as again
from playground.results.cards import (
    ALONE,
    APART,
    COMPARE,
    PAGE,
    alone,
    card,
    comparison_context,
    meter,
    run_context,
)
from playground.results.exchange import exchange_context
from playground.results.polling.polls import NoNews, Sight, news, whole
from playground.results.views import matrix
from playground.results.views.evidence import run_evidence
from playground.results.views.notes import notes_context
from playground.runs import tagging
from playground.runs.boxes import images_context
from playground.runs.failures import may_ask_again
from playground.runs.models.box_reading import BoxReading
from playground.runs.models.run import Run
from playground.runs.retention import going_context
from playground.storage.tokens import new_token
from playground.submission import repeat
from playground.web.fragments import is_fragment
from playground.web.params import MAX_TOKEN_LENGTH, line
from playground.web.responses import see_other
from playground.worker import slots
from playground.worker.queue.dispatch import dispatch

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from playground.runs.models.comparison import Comparison

OWN_READING = "How boxes are read is a setting of who started the run. Nothing was changed."
MODEL_GONE = "The catalogue does not have the model that was asked for. Nothing was sent."


@require_safe
def show(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """The permalink, for people; for programs that ask for JSON or Markdown, those."""
    run, form = find_run(request, run_id), wanted_form(request)
    if form != "html":
        return by_accept(represented(shown_run(run, everything(request)), form))
    page = _page(request, run) | notes_context(request, run)
    return by_accept(render(request, "results/run/page.html", page))


@require_safe
def status(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """The run's fragment: its card, or with `?view=page` the body of its page.

    204 where the page shows it already; the answer may be held for a moment until there is news.
    """
    view = request.GET.get("view", "")
    try:
        sight = news(request, lambda: [_glance(request, run_id)])
        if isinstance(sight, Sight) and view == PAGE:
            page = _page(request, find_run(request, run_id), sight)
            return render(request, "results/run/_page.html", page | {"polled": True})
    except Http404:
        # A card without a trigger: polling ends.
        return render(request, "results/_gone.html", {"is_page": view == PAGE}, status=404)
    if isinstance(sight, NoNews):
        return sight.response()
    (run,) = whole(sight.runs, Run.objects.all())
    if view in (ALONE, APART):
        return _alone(request, run, sight, view)
    return render(request, "results/_card_polled.html", run_context(run, sight) | {"polled": True})


def _alone(request: HttpRequest, run: Run, sight: Sight, view: str) -> HttpResponse:
    """The card of one of several runs that have no poll in common."""
    shown = alone(run, sight, view)
    context = {"card": shown, "run": run, "model": shown.model}
    return render(request, "results/_card.html", context)


def _glance(request: HttpRequest, run_id: uuid.UUID) -> Run:
    run = find_in_sight(Run.objects.for_glance(), visitor_of(request), run_id)
    refuse_sealed(run)
    return run


def _page(request: HttpRequest, run: Run, sight: Sight | None = None) -> dict[str, Any]:
    sight = sight or Sight([run])
    raw = run.raw_output or run.output
    poll = sight.poll(reverse("run-status", args=[run.pk]), view=PAGE)
    shown = card(run, sight, poll=poll, view=PAGE)
    return {
        "card": shown,
        "run": run,
        "looks": not may_change(visitor_of(request), run),
        "model": shown.model,
        **meter([run]),
        **images_context(run),
        **going_context(run),
        **({} if run.comparison_id else move_context(visitor_of(request), run)),
        **run_evidence(request, run),
        **again.context(run, visitor_of(request)),
        **exchange_context(run, visitor_of(request)),
        "tags": tagging.of_runs([run.pk]).get(run.pk, []),
        "citations": cite_run(run, request.build_absolute_uri(run.get_absolute_url()))
        if run.has_ended
        else [],
        "raw": raw[:MAX_SHOWN],
        "raw_cut": len(raw) > MAX_SHOWN,
        **wire_context(run),
    }


@require_safe
def export(request: HttpRequest, run_id: uuid.UUID, form: str) -> HttpResponseBase:
    """The run for programs, for notes, and as a file that outlives this server."""
    shown = shown_run(find_run(request, run_id), everything(request))
    return downloaded(shown, form) if form in FILES else represented(shown, form)


def acted(request: HttpRequest, run: Run, *, is_new: bool = False) -> HttpResponse:
    """After an action: the new card for htmx, the run's page for a plain form.

    A sealed run has no page of its own; its comparison has. is_new: its card takes the place of
    the one that had the focus.
    """
    if run.comparison and request.POST.get("view") == "matrix":
        return matrix.acted(request, run.comparison)
    if not is_fragment(request):
        return see_other(run.comparison if run.comparison and run.is_sealed else run)
    view = request.POST.get("view", "")
    if view == PAGE and not run.is_sealed:
        return render(request, "results/run/_page.html", _page(request, run) | {"polled": True})
    if view in (ALONE, APART) and not run.is_sealed:
        return _alone(request, run, Sight([run]), view)
    if run.comparison:
        return _cell(request, run, run.comparison, COMPARE if view == COMPARE else "", is_new)
    return render(request, "results/_card_polled.html", run_context(run) | {"polled": True})


def _cell(
    request: HttpRequest, run: Run, comparison: Comparison, view: str, is_new: bool
) -> HttpResponse:
    """The card of one cell. The comparison's poll may have ended: the answer starts it again."""
    context = comparison_context(comparison, view=view)
    found = [one for one in context["cards"] if one.run.pk == run.pk]
    context["cards"] = found or [card(run, Sight([run]))]  # one that was retried is no cell
    picking = {"picking": comparison} if view else {}
    context |= {"polled": True, "takes_focus": is_new}
    return render(request, "results/_card_acted.html", context | picking)


@require_POST
def cancel(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Before it was sent: not sent. Afterwards: not waited for, and said so."""
    run = find_run(request, run_id, even_sealed=True)
    slots.cancel(run)
    run.refresh_from_db()
    return acted(request, run)


@require_POST
def check(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Ask the provider again for an answer that was not waited for. Sends nothing new."""
    run = find_run(request, run_id, even_sealed=True)
    if may_ask_again(run) and run.ask_again():
        dispatch(run.pk)
    run.refresh_from_db()
    return acted(request, run)


@require_POST
def retry(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Ask the same again as a new run. The button's token makes a double click one run."""
    run = find_run(request, run_id, even_sealed=True)
    if is_votable(run):
        refuse_sealed(run)  # a vote may be for this answer
    token = line(request, "form_token", MAX_TOKEN_LENGTH) or new_token()
    try:
        with held_while_paused(run.comparison_id):
            attempt = repeat.retry(run, token, visitor_of(request).account)
    except capabilities.UnfitError:
        refuse_sealed(run)  # the words name the model
        raise
    if is_fragment(request) and not attempt.comparison_id:
        return _to(attempt)
    return acted(request, attempt, is_new=True)


@require_POST
def rerun(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Ask the same again, apart from everything else. The button's token makes it one press."""
    run = find_run(request, run_id)
    token = line(request, "form_token", MAX_TOKEN_LENGTH) or new_token()
    try:
        by = visitor_of(request).account
        made = repeat.rerun(run, token, line(request, "model", 200), by)
    except repeat.StillRunningError:
        made = run
    except repeat.ModelGoneError:
        return _not_rerun(request, run, MODEL_GONE)
    except capabilities.UnfitError as error:
        return _not_rerun(request, run, str(error))
    return see_other(made)


@require_POST
def measure(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Ask the same without its images, which says how many tokens those are; one run at most."""
    run = find_run(request, run_id)
    try:
        made = repeat.measure(run, visitor_of(request).account)
    except repeat.StillRunningError:
        made = run
    except capabilities.UnfitError as error:
        return _not_rerun(request, run, str(error))
    return see_other(made)


def _not_rerun(request: HttpRequest, run: Run, problem: str) -> HttpResponse:
    return render(
        request, "results/run/page.html", _page(request, run) | {"problem": problem}, status=422
    )


def _to(run: Run) -> HttpResponse:
    response = HttpResponse()
    response["HX-Redirect"] = run.get_absolute_url()
    return response


@require_POST
def star(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Set the star to what the button says, so that pressing it twice does no harm."""
    run = find_run(request, run_id, even_sealed=True)
    run.starred = request.POST.get("starred") == "1"
    run.save(update_fields=["starred"])
    if is_fragment(request):
        return render(request, "results/_star.html", {"run": run})
    return see_other(run.comparison if run.comparison and run.is_sealed else run)


@require_POST
def read_boxes(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Remember how the boxes of this run's model are read: everywhere, for who started it."""
    run = find_run(request, run_id)
    if run.owner_id != visitor_of(request).account_id:
        raise NotAllowedHereError(OWN_READING)
    if request.POST.get("reading") in READINGS:
        BoxReading.objects.choose(run, request.POST["reading"])
    comparing = request.POST.get("view") == COMPARE and run.comparison
    return see_other(run.comparison if comparing else run)
