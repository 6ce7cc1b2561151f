"""Opens a case for marking by hand, and takes what a person says of its answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from playground.accounts.visitor import visitor_of
from playground.evidence.page import page_evidence
from playground.experiments import people
from playground.experiments.access import find_experiment
from playground.experiments.agreement import agreements_of
from playground.experiments.case_page import answers_of, asked_of
from playground.experiments.models.mark import MAX_NOTE_LENGTH
from playground.web.fragments import is_fragment
from playground.web.params import line
from playground.web.responses import see_other

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest, HttpResponse

    from playground.evidence.shown import Evidence
    from playground.experiments.case_page import Answer
    from playground.experiments.models.experiment import Experiment
    from playground.experiments.models.test_set import Case
    from playground.runs.models.comparison import Comparison


@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, comparison_id: uuid.UUID, number: int) -> HttpResponse:
    """One case, from 1. `?blind=1` hides which variant gave which answer."""
    experiment = find_experiment(request, comparison_id)
    found = get_object_or_404(experiment.version.cases, position=number - 1)
    blind = bool((request.POST if request.method == "POST" else request.GET).get("blind"))
    account = visitor_of(request).account
    answers = answers_of(experiment, found, account, blind=blind)
    if request.method != "POST":
        return render(request, "experiments/case/page.html", _context(request, experiment, found))
    if "skip" not in request.POST:
        people.give(experiment, account, _said(request, answers))
    if is_fragment(request):
        context = _context(request, experiment, found)
        return render(request, "experiments/case/_saved.html", context)
    return see_other(_next(experiment, found, account, blind=blind))


def _said(request: HttpRequest, answers: list[Answer]) -> dict[Any, tuple[str, str]]:
    return {
        one.run: (
            request.POST.get(f"mark-{one.name}", ""),
            line(request, f"note-{one.name}", MAX_NOTE_LENGTH),
        )
        for one in answers
        if one.run and one.can_be_marked
    }


def _next(experiment: Experiment, case: Case, account: Any, *, blind: bool) -> str:
    """Return the address of the next case that is not all marked, around the end; or of all."""
    rows = people.unmarked_rows(experiment, account)
    later = [row for row in rows if row > case.position] or [
        row for row in rows if row != case.position
    ]
    if not later:
        return f"{experiment.get_absolute_url()}?source=person"
    return address_of(experiment, later[0] + 1, blind=blind)


def address_of(item: Experiment | Comparison, number: int, *, blind: bool = False) -> str:
    """Return where a case is marked, by the experiment or its comparison. number: from 1."""
    address = reverse("experiment-case", args=[item.pk, number])
    return f"{address}?blind=1" if blind else address


def _context(request: HttpRequest, experiment: Experiment, case: Case) -> dict[str, Any]:
    values = request.POST if request.method == "POST" else request.GET
    blind, account = bool(values.get("blind")), visitor_of(request).account
    rows, last = people.unmarked_rows(experiment, account), experiment.comparison.rows
    number = case.position + 1
    answers = answers_of(experiment, case, account, blind=blind)
    evidence = _evidence(request, answers, experiment, number)
    return {
        "evidence": evidence,
        "comparison": experiment.comparison,
        "experiment": experiment,
        "case": case,
        "images": list(case.images.select_related("image")),
        "asked": asked_of(experiment, case),
        "answers": [(one, evidence.html(one.run.pk) if one.run else None) for one in answers],
        "blind": blind,
        "unmarked": len(rows),
        "marked": experiment.comparison.rows - len(rows),
        "previous": address_of(experiment, number - 1, blind=blind) if number > 1 else "",
        "following": address_of(experiment, number + 1, blind=blind) if number < last else "",
        "other_order": address_of(experiment, number, blind=not blind),
        "agreements": agreements_of(experiment),
        "max_note_length": MAX_NOTE_LENGTH,
    }


def _evidence(
    request: HttpRequest, answers: list[Answer], experiment: Experiment, number: int
) -> Evidence:
    """Return where the images of the case say what its answers say."""
    blind = "&blind=1" if answers and not answers[0].label else ""
    address = reverse("comparison-evidence", args=[experiment.pk]) + f"?case={number}{blind}"
    htmls = {one.run: one.run.output_html for one in answers if one.run}
    return page_evidence(request, htmls, address)


@require_http_methods(["GET", "HEAD"])
def first_unmarked(request: HttpRequest, comparison_id: uuid.UUID) -> HttpResponse:
    """To the first case that this person has not marked whole."""
    experiment = find_experiment(request, comparison_id)
    rows = people.unmarked_rows(experiment, visitor_of(request).account) or [0]
    return see_other(address_of(experiment, rows[0] + 1, blind="blind" in request.GET))
