"""Voting on a blind comparison, and showing its names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_POST

from playground.comparisons.access import find_comparison
from playground.comparisons.blind import voting
from playground.web.fragments import is_fragment
from playground.web.params import line
from playground.web.responses import see_other

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest, HttpResponse

    from playground.runs.models.comparison import Comparison

MAX_CHOICE_LENGTH = 40  # characters: an id, or the name of an outcome
NOT_CHOSEN = "Choose one of the answers that are there, or tie, or all bad."


@require_POST
def vote(request: HttpRequest, comparison_id: uuid.UUID) -> HttpResponse:
    """Give or change the vote; refused once the names are known."""
    comparison = find_comparison(request, comparison_id, even_sealed=True)
    try:
        voting.give(comparison, line(request, "vote", MAX_CHOICE_LENGTH))
    except voting.FrozenError:
        return _frozen(request, comparison)
    except voting.NotVotableError:
        return _drawn(request, comparison, problem=NOT_CHOSEN)
    return _drawn(request, comparison)


@require_POST
def reveal(request: HttpRequest, comparison_id: uuid.UUID) -> HttpResponse:
    """Show the names, with the choice of the form as the last vote. Pressing twice is once."""
    comparison = find_comparison(request, comparison_id, even_sealed=True)
    choice = line(request, "vote", MAX_CHOICE_LENGTH)
    try:
        voting.reveal(comparison, choice)
    except voting.FrozenError:
        given = voting.vote_of(comparison)
        is_same = given is not None and given.says(choice)
        return see_other(comparison) if is_same else _frozen(request, comparison)
    except voting.NotVotableError:
        return _drawn(request, comparison, problem=NOT_CHOSEN)
    return see_other(comparison)


def _drawn(request: HttpRequest, comparison: Comparison, problem: str = "") -> HttpResponse:
    """The form as it stands now: a fragment for htmx, for a plain form the page, or why not."""
    fragment = is_fragment(request)
    if not fragment and not problem:
        return see_other(comparison)
    ballot = voting.Ballot(list(comparison.cells()), voting.vote_of(comparison))
    context = {"comparison": comparison, "ballot": ballot, "problem": problem}
    context["just_voted"] = fragment and not problem
    page = "results/blind/_vote.html" if fragment else "results/blind/problem.html"
    return render(request, page, context, status=422 if problem else 200)


def _frozen(request: HttpRequest, comparison: Comparison) -> HttpResponse:
    comparison.refresh_from_db()
    page = "results/blind/_frozen.html"
    if not is_fragment(request):
        page = "results/blind/problem.html"
    context = {"comparison": comparison, "vote": voting.vote_of(comparison), "frozen": True}
    return render(request, page, context, status=409)
