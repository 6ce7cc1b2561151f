"""The Run screen: a run's permalink, its fragment, and one action for each button."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from playground.boxes import find_boxes
from playground.chat_snippets import chat_snippets
from playground.citations import cite_run
from playground.explanations import may_ask_again
from playground.models import ImageVariant, Run
from playground.rendering import highlight
from playground.services import acceptance, places, reruns, submission, tagging
from playground.services.provider_choice import WAVESPEED
from playground.services.votes import is_votable, refuse_sealed
from playground.shown import shown_run
from playground.snippets import Snippet, snippets
from playground.tasks import dispatch
from playground.views import again, matrix
from playground.views.fields import TOKEN, line
from playground.views.polls import Sight, news, whole
from playground.views.redirects import see_other
from playground.views.representations import (
    FILES,
    by_accept,
    downloaded,
    everything,
    represented,
    wanted_form,
)
from playground.views.results import (
    ALONE,
    APART,
    COMPARE,
    alone,
    card,
    comparison_context,
    meter,
    run_context,
)
from playground.visitors import visitor_of

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from playground.models import Comparison

AROUND = ("comparison", "retry_of", "rerun_of")  # what the page of a run names
MODEL_GONE = "The catalogue does not have the model that was asked for. Nothing was sent."
SHOWN_RAW = 200_000  # characters of an answer on the page; the rest is a download away


def find_run(request: HttpRequest, run_id: uuid.UUID, *, even_sealed: bool = False) -> Run:
    """Return the run, if this visitor may see it; raises Http404, and SealedError for a run of a
    blind comparison, unless the view says that it shows neither its model, time nor cost.
    """
    runs = Run.objects.visible_to(visitor_of(request)).select_related(*AROUND)
    run = get_object_or_404(runs, pk=run_id)
    if not even_sealed:
        refuse_sealed(run)
    return run


@require_safe
def show(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """The permalink, for people; for programs that ask for JSON or Markdown, those."""
    run, form = find_run(request, run_id), wanted_form(request)
    if form != "html":
        return by_accept(represented(shown_run(run, everything(request)), form))
    return by_accept(render(request, "run.html", _page(request, run)))


@require_safe
def status(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """The run's fragment: its card, or with `?view=page` the body of its page.

    204 where the page shows it already; the answer may be held for a moment until there is news.
    """
    view = request.GET.get("view", "")
    try:
        sight = news(request, lambda: [_glance(request, run_id)])
        if sight and view == "page":
            page = _page(request, find_run(request, run_id), sight)
            return render(request, "_run_page.html", page | {"polled": True})
    except Http404:
        return render(request, "_gone.html", status=404)  # a card without a trigger: polling ends
    if not sight:
        return HttpResponse(status=204)
    (run,) = whole(sight.runs, Run.objects.all())
    if view in (ALONE, APART):
        return _alone(request, run, sight, view)
    return render(request, "_run_polled.html", run_context(run, sight) | {"polled": True})


def _alone(request: HttpRequest, run: Run, sight: Sight, view: str) -> HttpResponse:
    """The card of one of several runs that have no poll in common."""
    shown = alone(run, sight, view)
    return render(request, "_run.html", {**shown, "card": shown})


def _glance(request: HttpRequest, run_id: uuid.UUID) -> Run:
    runs = Run.objects.visible_to(visitor_of(request)).for_glance()
    run = get_object_or_404(runs, pk=run_id)
    refuse_sealed(run)
    return run


def _page(request: HttpRequest, run: Run, sight: Sight | None = None) -> dict[str, Any]:
    body, sight = run.request, sight or Sight([run])
    return {
        **card(run, sight),
        **meter([run]),
        "on_page": True,
        "poll": sight.poll(reverse("run-status", args=[run.pk]), view="page"),
        **_images(run),
        "retries": run.retries.order_by("created_at"),
        **again.context(run),
        "tags": tagging.of_runs([run.pk]).get(run.pk, []),
        "citations": cite_run(run, request.build_absolute_uri(run.get_absolute_url()))
        if run.has_ended
        else [],
        "raw": run.output[:SHOWN_RAW],
        "raw_cut": len(run.output) > SHOWN_RAW,
        "request_html": _highlighted(body),
        "response_html": _highlighted(run.response),
        "snippets": [(one, highlight(one.code, one.language)) for one in _programs(run)],
    }


def _programs(run: Run) -> list[Snippet]:
    """The API code of what was sent: to WaveSpeedAI, or as a chat completion."""
    body = run.request
    if body and run.provider == WAVESPEED:
        return snippets(body, _base_url())
    if not isinstance(body, dict) or "messages" not in body:
        return []
    hashes = list(run.images.values_list("sent_sha256", flat=True))
    kinds = dict(
        ImageVariant.objects.filter(sha256__in=hashes).values_list("sha256", "content_type")
    )
    files = {
        f"sha256:{one}": (f"image-{number}.{kinds[one].partition('/')[2]}", kinds[one])
        for number, one in enumerate(hashes, start=1)
        if one in kinds
    }
    return chat_snippets(body, files)


def _images(run: Run) -> dict[str, Any]:
    """The run's images in order, each with the boxes that the answer draws on it."""
    entries = list(run.images.select_related("image"))
    sizes = [(one.image.width, one.image.height) if one.image else (1, 1) for one in entries]
    boxes = find_boxes(run.output, sizes)
    for number, entry in enumerate(entries, start=1):
        entry.boxes = [box for box in boxes if box.image == number]  # type: ignore[attr-defined]
    return {"entries": entries, "has_boxes": bool(boxes)}


def _base_url() -> str:
    from django.conf import settings

    return str(settings.WAVESPEED_BASE_URL)


def _highlighted(value: Any) -> str:
    if value is None:
        return ""
    return highlight(json.dumps(value, indent=2, ensure_ascii=False), "json")


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
    if request.headers.get("HX-Request") != "true":
        return see_other(run.comparison if run.comparison and run.is_sealed else run)
    view = request.POST.get("view", "")
    if view == "page" and not run.is_sealed:
        return render(request, "_run_page.html", _page(request, run) | {"polled": True})
    if view in (ALONE, APART) and not run.is_sealed:
        return _alone(request, run, Sight([run]), view)
    if run.comparison:
        return _cell(request, run, run.comparison, COMPARE if view == COMPARE else "", is_new)
    return render(request, "_run_polled.html", run_context(run) | {"polled": True})


def _cell(
    request: HttpRequest, run: Run, comparison: Comparison, view: str, is_new: bool
) -> HttpResponse:
    """The card of one cell. The comparison's poll may have ended: the answer starts it again."""
    context = comparison_context(comparison, view=view)
    found = [one for one in context["cards"] if one["run"].pk == run.pk]
    context["cards"] = found or [card(run, Sight([run]))]  # one that was retried is no cell
    picking = {"picking": comparison} if view else {}
    context |= {"polled": True, "takes_focus": is_new}
    return render(request, "_cell_acted.html", context | picking)


@require_POST
def cancel(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Before it was sent: not sent. Afterwards: not waited for, and said so."""
    run = find_run(request, run_id, even_sealed=True)
    places.cancel(run)
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
    token = line(request, "form_token", TOKEN) or submission.new_token()
    try:
        attempt = submission.retry(run, token)
    except acceptance.UnfitError:
        refuse_sealed(run)  # the words name the model
        raise
    if request.headers.get("HX-Request") == "true" and not attempt.comparison_id:
        return _to(attempt)
    return acted(request, attempt, is_new=True)


@require_POST
def rerun(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Ask the same again, apart from everything else. The button's token makes it one press."""
    run = find_run(request, run_id)
    token = line(request, "form_token", TOKEN) or submission.new_token()
    try:
        made = reruns.rerun(run, token, line(request, "model", 200))
    except reruns.StillRunningError:
        made = run
    except reruns.ModelGoneError:
        return _not_rerun(request, run, MODEL_GONE)
    except acceptance.UnfitError as error:
        return _not_rerun(request, run, str(error))
    return see_other(made)


def _not_rerun(request: HttpRequest, run: Run, problem: str) -> HttpResponse:
    return render(request, "run.html", _page(request, run) | {"problem": problem}, status=422)


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
    if request.headers.get("HX-Request") == "true":
        return render(request, "_star.html", {"run": run})
    return see_other(run.comparison if run.comparison and run.is_sealed else run)
