"""The Compare screen: the runs of one form beside each other, with one poll for all of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db.models import prefetch_related_objects
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from playground.accounts.projects.moving import move_context
from playground.accounts.visibility import may_change
from playground.accounts.visitor import visitor_of
from playground.catalog import entries
from playground.comparisons import naming
from playground.comparisons.access import find_comparison
from playground.comparisons.blind import voting
from playground.comparisons.blind.models import Contender
from playground.comparisons.blind.voting import refuse_sealed
from playground.comparisons.blind.win_rates import WinRate
from playground.comparisons.differences import (
    Column,
    answered,
    asked_apart,
    differences,
    pair_of,
)
from playground.comparisons.fields import fields_file, fields_of
from playground.comparisons.labels import variations
from playground.comparisons.timings import timings
from playground.evidence.page import page_evidence
from playground.experiments import views as experiments
from playground.experiments.outcome_text import outcome_text, verdicts_of
from playground.exports.redaction import shown_comparison
from playground.exports.responses import (
    FILES,
    as_table,
    by_accept,
    cited,
    downloaded,
    everything,
    refusal_of_size,
    represented,
    wanted_form,
)
from playground.providers.endpoint import NO_MODEL, THIS_MACHINE
from playground.results.cards import ALONE, APART, COMPARE, alone, comparison_context
from playground.results.conflict_evidence import traced_conflicts
from playground.results.exchange import further
from playground.results.polling.polls import NoNews, Sight, glance, news
from playground.results.views import matrix
from playground.results.views.compare_boxes import compare_boxes
from playground.results.views.notes import notes_context
from playground.runs.models.run import Run
from playground.runs.retention import going_context
from playground.storage.tokens import new_token
from playground.submission import columns
from playground.web.params import MAX_TOKEN_LENGTH, line, uuid_or_none
from playground.web.responses import see_other

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

    from playground.results.cards import Card
    from playground.runs.models.comparison import Comparison


MAX_SIDE_BY_SIDE = 12
WITH_OUTCOME = ("html", "zip", "md")


@require_safe
def show(request: HttpRequest, comparison_id: uuid.UUID) -> HttpResponseBase:
    """The permalink, for people; for programs that ask for JSON or Markdown, those."""
    form = wanted_form(request)
    comparison = find_comparison(request, comparison_id, even_sealed=form == "html")
    if form != "html":
        return by_accept(_written(request, comparison, form))
    around = _around(request, comparison)
    if hasattr(comparison, "experiment"):
        return by_accept(experiments.page(request, comparison, around))
    if comparison.rows:
        return by_accept(matrix.page(request, comparison, around))
    context = comparison_context(comparison, view=COMPARE)
    if not context["cells"]:
        raise Http404
    sealed = comparison.is_sealed  # evidence would name values before the vote
    address = "" if sealed else reverse("comparison-evidence", args=[comparison.pk])
    page = _page(request, context["cells"], context["cards"], address)
    page |= _blind(request, comparison) | around
    if not hasattr(comparison, "judge"):
        page["further"] = further(comparison, context["cells"], visitor_of(request))
    if not comparison.is_sealed:
        page["citations"] = cited(request, comparison, context["cells"])
    return by_accept(render(request, "results/comparison/page.html", context | page))


def _around(request: HttpRequest, comparison: Comparison) -> dict[str, Any]:
    """What each page of a comparison says beside its answers."""
    visitor = visitor_of(request)
    return {
        "looks": not may_change(visitor, comparison),
        **going_context(comparison),
        **move_context(visitor, comparison),
        **notes_context(request, comparison),
    }


def _written(request: HttpRequest, comparison: Comparison, form: str) -> HttpResponseBase:
    """The comparison with all its cells in this form, as its owner is shown it."""
    if refusal := refusal_of_size(comparison.cells().characters()):
        return refusal
    cells = list(comparison.cells().in_full())
    if not cells:
        raise Http404
    if form == "csv" and request.GET.get("of") == "fields":
        return _fields_as_csv(request, cells)
    shown = shown_comparison(comparison, cells, everything(request))
    if hasattr(comparison, "experiment") and form in WITH_OUTCOME:
        said = verdicts_of(comparison.experiment, cells)
        shown = replace(shown, outcome=outcome_text(comparison.experiment), verdicts=said)
    if form in FILES:
        return downloaded(shown, form)
    return as_table(request, shown) if form == "csv" else represented(shown, form)


def _fields_as_csv(request: HttpRequest, cells: Sequence[Run]) -> HttpResponseBase:
    """The table of fields: a line a field, a column an answer."""
    names = variations(cells)
    return fields_file(request, [Column(run, run, names.get(run.pk, "")) for run in cells])


def _blind(request: HttpRequest, comparison: Comparison) -> dict[str, Any]:
    """Which models take part, in an order that says nothing; after the reveal, how they do."""
    if not comparison.blind:
        return {}
    models = sorted(
        {entries.find(run.model_id) for run in comparison.cells()}, key=lambda model: model.name
    )
    if comparison.is_sealed:
        return {"blind_models": models}
    rates = Contender.objects.visible_to(visitor_of(request)).win_rates()
    shown = [(model, rates.get(model.id, WinRate(0, 0))) for model in models]
    vote = voting.vote_of(comparison)
    took_part = vote and Contender.objects.filter(vote=vote, provider__in=NO_MODEL).first()
    words = "text reader" if took_part and took_part.provider == THIS_MACHINE else "demo"
    return {"vote": vote, "win_rates": shown, "no_model": words if took_part else ""}


def _page(
    request: HttpRequest, cells: Sequence[Run], cards: Sequence[Card], checked_at: str = ""
) -> dict[str, Any]:
    """Its cards, with what most answers do not share marked, and what the page shows around them.

    cards: one of each cell, in their order. checked_at: where its evidence is asked for, if it is.
    """
    first = cells[0]
    prefetch_related_objects(list(cells), "images__image")
    pairs = list(zip(cells, cards, strict=True))
    columns = [Column(run, shown=one.run, variation=one.variation) for run, one in pairs]
    found = differences(columns)
    htmls = {
        run: one.html if (one := found.marked.get(run.pk)) else run.output_html for run in cells
    }
    evidence = page_evidence(request, htmls, checked_at) if checked_at else None
    return {
        "evidence": evidence,
        "conflicts": traced_conflicts(found.conflicts, evidence),
        "first": first,
        "entries": first.images.all(),
        "cards": [
            replace(
                one,
                marked=found.marked.get(one.run.pk),
                evident=evidence.html(run.pk) if evidence else None,
            )
            for run, one in pairs
        ],
        **({} if asked_apart(cells) else compare_boxes(columns)),
        "timings": [] if first.is_sealed else timings(columns),
        "differences": found if len(cells) > 1 else None,
        "groups": matrix.addable(visitor_of(request)),
        "add_token": new_token(),
        "exchanges": pairs if any(run.exchange for run in cells) else [],
        "answered": answered(columns),
        "fields": fields_of(columns),
        "pair": pair_of(columns, request.GET.getlist("diff")),
    }


@require_safe
def export(request: HttpRequest, comparison_id: uuid.UUID, form: str) -> HttpResponseBase:
    """The comparison for programs, notes and spreadsheets, and as a file of its own."""
    return _written(request, find_comparison(request, comparison_id), form)


@require_safe
def side_by_side(request: HttpRequest) -> HttpResponse:
    """Any runs beside each other, named by `?run=`; a comparison's first run brings all of it."""
    ids = filter(None, map(uuid_or_none, request.GET.getlist("run")))
    visible = Run.objects.visible_to(visitor_of(request))
    chosen = list(visible.filter(pk__in=ids).select_related("comparison"))
    for run in chosen:
        refuse_sealed(run)
    cells = sorted(_with_their_comparisons(chosen), key=lambda run: run.created_at)
    if not cells:
        return render(
            request, "results/comparison/none.html", status=200 if not request.GET else 404
        )
    if len(cells) > MAX_SIDE_BY_SIDE:
        context = {"count": len(cells), "most": MAX_SIDE_BY_SIDE}
        return render(request, "results/comparison/none.html", context, status=422)
    names, sight = variations(cells), Sight(cells)
    is_apart = asked_apart(cells)
    view = APART if is_apart else ALONE
    cards = [alone(run, sight, view, variation=names[run.pk]) for run in cells]
    shown = {"cells": cells, "is_apart": is_apart}
    extra = {"extra_runs": [run.pk for run in cells]}
    return render(
        request, "results/comparison/page.html", shown | extra | _page(request, cells, cards)
    )


def _with_their_comparisons(chosen: list[Run]) -> list[Run]:
    runs: dict[object, Run] = {}
    for run in chosen:
        whole = run.comparison and run.position == 0
        for one in run.comparison.cells() if run.comparison and whole else [run]:
            runs.setdefault(one.pk, one)
    return list(runs.values())


@require_POST
def add(request: HttpRequest, comparison_id: uuid.UUID) -> HttpResponse:
    """Further columns: the same question to more models, or to the same ones again."""
    comparison = find_comparison(request, comparison_id)
    models = list(filter(None, (one.strip() for one in request.POST.getlist("models"))))
    if not models:
        return render(request, "results/comparison/none.html", {"unchosen": comparison}, status=422)
    token = line(request, "form_token", MAX_TOKEN_LENGTH) or new_token()
    like = uuid_or_none(request.POST.get("like", ""))
    try:
        columns.add(comparison, models, token, visitor_of(request).account, like)
    except columns.NoExchangeError:
        context: dict[str, Any] = {"without_exchange": comparison}
        return render(request, "results/comparison/none.html", context, status=422)
    except columns.TooManyCellsError:
        most = columns.most_cells(comparison)
        context = {"count": len(models), "most": most, "comparison": comparison}
        return render(request, "results/comparison/none.html", context, status=422)
    return see_other(comparison)


@require_POST
def pick(request: HttpRequest, comparison_id: uuid.UUID) -> HttpResponse:
    """The best answer, with a line of why; without a run the choice is taken back."""
    comparison = find_comparison(request, comparison_id)
    run_id = uuid_or_none(request.POST.get("run", ""))
    run = get_object_or_404(comparison.cells(), pk=run_id) if run_id else None
    naming.pick(comparison, run, line(request, "why", 300))
    return see_other(comparison)


@require_POST
def rename(request: HttpRequest, comparison_id: uuid.UUID) -> HttpResponse:
    comparison = find_comparison(request, comparison_id, even_sealed=True)
    naming.rename(comparison, line(request, "title", 120))
    return see_other(comparison)


@require_safe
def status(request: HttpRequest, comparison_id: uuid.UUID) -> HttpResponse:
    """The meter and the cards that changed after `?seen=`; 204 where none did."""
    try:
        comparison = find_comparison(request, comparison_id, even_sealed=True, alone=True)
    except Http404:
        return render(request, "results/_gone.html", status=404)
    if comparison.rows and hasattr(comparison, "experiment"):
        return experiments.polled(request, comparison)
    if comparison.rows:
        return matrix.polled(request, comparison)
    sight = news(request, lambda: glance(comparison.cells()), comparison.pk)
    if isinstance(sight, NoNews):
        return sight.response()
    view, seen = request.GET.get("view", ""), request.GET.get("seen", "")
    compared = {"picking": comparison, "view": view} if view == COMPARE else {}
    context = comparison_context(comparison, sight, seen=seen, view=view if compared else "")
    if "sealed" in request.GET and not comparison.is_sealed:  # revealed in another window
        context |= {"frozen": True, "vote": voting.vote_of(comparison)}
    return render(request, "results/comparison/_polled.html", context | compared | {"polled": True})
