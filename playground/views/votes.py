"""Voting on a blind comparison, and showing its names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_POST

from playground.services import votes
from playground.views.fields import line
from playground.views.finding import find_comparison
from playground.views.redirects import see_other

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest, HttpResponse

    from playground.models import Comparison

LONGEST_CHOICE = 40  # characters: an id, or the name of an outcome
NOT_CHOSEN = "Choose one of the answers that are there, or tie, or all bad."


@require_POST
def vote(request: HttpRequest, comparison_id: uuid.UUID) -> HttpResponse:
    """Give or change the vote; refused once the names are known."""
    comparison = find_comparison(request, comparison_id, even_sealed=True)
    try:
        votes.give(comparison, line(request, "vote", LONGEST_CHOICE))
    except votes.FrozenError:
        return _frozen(request, comparison)
    except votes.NotVotableError:
        return _drawn(request, comparison, problem=NOT_CHOSEN)
    return _drawn(request, comparison)


@require_POST
def reveal(request: HttpRequest, comparison_id: uuid.UUID) -> HttpResponse:
    """Show the names, with the choice of the form as the last vote. Pressing twice is once."""
    comparison = find_comparison(request, comparison_id, even_sealed=True)
    choice = line(request, "vote", LONGEST_CHOICE)
    try:
        votes.reveal(comparison, choice)
    except votes.FrozenError:
        given = votes.vote_of(comparison)
        is_same = given is not None and given.says(choice)
        return see_other(comparison) if is_same else _frozen(request, comparison)
    except votes.NotVotableError:
        return _drawn(request, comparison, problem=NOT_CHOSEN)
    return see_other(comparison)


def _drawn(request: HttpRequest, comparison: Comparison, problem: str = "") -> HttpResponse:
    """The form as it stands now: a fragment for htmx, for a plain form the page, or why not."""
    fragment = request.headers.get("HX-Request") == "true"
    if not fragment and not problem:
        return see_other(comparison)
    ballot = votes.Ballot(list(comparison.cells()), votes.vote_of(comparison))
    context = {"comparison": comparison, "ballot": ballot, "problem": problem}
    context["just_voted"] = fragment and not problem
    page = "_blind_vote.html" if fragment else "blind_problem.html"
    return render(request, page, context, status=422 if problem else 200)


def _frozen(request: HttpRequest, comparison: Comparison) -> HttpResponse:
    comparison.refresh_from_db()
    page = "_blind_frozen.html"
    if request.headers.get("HX-Request") != "true":
        page = "blind_problem.html"
    context = {"comparison": comparison, "vote": votes.vote_of(comparison), "frozen": True}
    return render(request, page, context, status=409)
