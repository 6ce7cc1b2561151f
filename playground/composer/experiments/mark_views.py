"""Marks the answers of a comparison that was run: right answers, rules, and no further run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from playground.accounts.visibility import may_change
from playground.accounts.visitor import visitor_of
from playground.comparisons.access import find_comparison
from playground.comparisons.labels import labels_of
from playground.composer.experiments import edits
from playground.composer.experiments.page import tried_context
from playground.composer.experiments.rules import RuleRows
from playground.experiments import from_comparison
from playground.experiments.case_form import TextField
from playground.experiments.from_comparison import Layout, refusal_of
from playground.experiments.test_sets import TOO_MANY, TooManyTestSetsError
from playground.submission.create import NO_PROJECT, NoProjectError
from playground.web.responses import see_other

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from django.forms import BoundField
    from django.http import HttpRequest, HttpResponse, QueryDict

    from playground.comparisons.labels import Label
    from playground.runs.models.comparison import Comparison
    from playground.runs.models.run import Run
    from playground.runs.models.run_image import RunImage

MAX_SUGGESTED = 120  # characters of an answer that the field of its row offers
MARKED_ALREADY = (
    "The answers were marked meanwhile, in another window, with other right answers or rules. "
    "What is typed here was not kept."
)


@dataclass(frozen=True)
class Row:
    """What one row was asked and answered, with the field of what is right. number: from 1."""

    number: int
    images: Sequence[RunImage]
    answers: Sequence[tuple[Label, Run | None]]
    field: BoundField

    @property
    def suggested(self) -> list[str]:
        """Return the short answers, each once, for the field to offer."""
        texts = [run.excerpt.strip() for _, run in self.answers if run and not run.flagged]  # type: ignore[attr-defined]
        short = [one for one in texts if one and len(one) <= MAX_SUGGESTED and "\n" not in one]
        return list(dict.fromkeys(short))


class ExpectedForm(forms.Form):
    """What is right of each row, by its number."""

    def __init__(self, layout: Layout, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.fields |= {f"expected-{row}": TextField() for row in layout.rows}

    def expected(self) -> dict[int, str]:
        found = {int(name.partition("-")[2]): text for name, text in self.cleaned_data.items()}
        return {row: text for row, text in found.items() if text}


@require_http_methods(["GET", "HEAD", "POST"])
def mark(request: HttpRequest, comparison_id: uuid.UUID) -> HttpResponse:
    """The rows with a field each, and the rules; POST presses one of the buttons."""
    comparison = find_comparison(request, comparison_id)
    if request.method != "POST":
        if hasattr(comparison, "experiment"):
            return see_other(comparison)
        return _page(request, comparison, RuleRows.of([]))
    edit = edits.edit_of(request.POST)
    if edit:
        return _page(request, comparison, edits.edited(request.POST, edit)[1], edit=edit)
    rules, form = RuleRows.posted(request.POST), ExpectedForm(Layout.of(comparison), request.POST)
    if not (form.is_valid() & rules.are_valid()):
        return _page(request, comparison, rules, status=422)
    return _keep(request, comparison, form, rules)


def _keep(
    request: HttpRequest, comparison: Comparison, form: ExpectedForm, rules: RuleRows
) -> HttpResponse:
    try:
        account = visitor_of(request).account
        return see_other(
            from_comparison.make(comparison, account, form.expected(), rules.options())
        )
    except from_comparison.NotMarkableError as refused:
        problem = str(refused)
    except from_comparison.MarkedAlreadyError:
        problem = MARKED_ALREADY
    except NoProjectError:
        problem = NO_PROJECT
    except TooManyTestSetsError:
        problem = TOO_MANY
    return _page(request, comparison, rules, status=409, problem=problem)


def _page(
    request: HttpRequest,
    comparison: Comparison,
    rules: RuleRows,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    layout = Layout.of(comparison)
    form = ExpectedForm(layout, request.POST if request.method == "POST" else None)
    entries = [entry for row in layout.rows for entry in layout.first(row).images.all()]
    context = {
        "comparison": comparison,
        "first": layout.first(layout.rows[0]),
        "form": form,
        "rows": _rows(layout, form),
        "rules": rules,
        "refusal": "" if status == 409 else refusal_of(comparison, layout),
        "looks": not may_change(visitor_of(request), comparison),
        "addresses": sum(not one.image for one in entries),
        "is_open": any(run.may_change for run in layout.cells.values()),
        **tried_context(request, next(filter(None, map(request.POST.get, form.fields)), "")),
    }
    return render(request, "composer/experiments/mark.html", context | more, status=status)


def _rows(layout: Layout, form: ExpectedForm) -> list[Row]:
    labels = [label for label in labels_of(layout.heads) for _ in range(layout.repeats)]
    return [
        Row(
            number,
            list(layout.first(row).images.all()),
            list(zip(labels, layout.shown(row), strict=True)),
            form[f"expected-{row}"],
        )
        for number, row in enumerate(layout.rows, start=1)
    ]
