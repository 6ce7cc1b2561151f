"""The page of a matrix: images down, models across, with one poll for all of its cells."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models.functions import Left
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from playground.accounts.visitor import visitor_of
from playground.catalog import favourites
from playground.comparisons.access import find_comparison
from playground.comparisons.diff.disagreement import disagreement
from playground.comparisons.grid import Line, grid_of, verdict_of
from playground.comparisons.labels import labels_of, swept
from playground.experiments.progress import held_while_paused
from playground.exports.responses import cited
from playground.providers.parameters.listed import SWEPT
from playground.results.cards import meter
from playground.results.polling.polls import NoNews, Sight, glance, news
from playground.runs.failures import explain
from playground.runs.grid import CELL_HTML, CELL_TEXT, Beginning, beginning_of
from playground.runs.status import RunStatus
from playground.spending.prices import estimates
from playground.spending.totals import PRICED, bill
from playground.storage.tokens import new_token
from playground.submission.columns import cancel_waiting, retry_failed
from playground.submission.repeat import retry_token
from playground.web.fragments import is_fragment
from playground.web.params import uuid_or_none
from playground.web.responses import see_other

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection, Mapping, Sequence

    from django.http import HttpRequest

    from playground.accounts.visitor import Visitor
    from playground.catalog.entries import Model
    from playground.comparisons.grid import Grid
    from playground.comparisons.labels import Label
    from playground.runs.failures import Explanation
    from playground.runs.models.comparison import Comparison
    from playground.runs.models.run import Run
    from playground.spending.prices import Estimate

JUST_NOW = timedelta(seconds=2)  # what an action changed is drawn again
FOLDED = 150  # characters; what is longer, or has more lines, can be unfolded
FOLDED_LINES = 4
COMPARED = 20_000  # characters of an answer that count for the order of the rows


@dataclass(frozen=True)
class GridCell:
    """One cell: a short answer as it is rendered, of a long one the beginning.

    image: what its row is called. label: of its column.
    """

    run: Run
    image: str
    beginning: Beginning
    label: Label
    explanation: Explanation | None
    is_odd: bool

    @property
    def place(self) -> str:
        return f"cell-{self.run.row}-{self.run.column}"

    @property
    def retry_token(self) -> str:
        return retry_token(self.run, made=0)  # what was retried is no cell any more

    @property
    def html(self) -> str:
        return self.beginning.html if len(self.beginning.html) <= CELL_HTML else ""

    @property
    def text(self) -> str:
        return self.beginning.text[:CELL_TEXT]

    @property
    def is_cut(self) -> bool:
        return len(self.beginning.text) > CELL_TEXT

    @property
    def folds(self) -> bool:
        text = self.beginning.text
        return len(text) > FOLDED or text.count("\n") > FOLDED_LINES


def page(request: HttpRequest, comparison: Comparison, around: Mapping[str, Any]) -> HttpResponse:
    """The whole grid. `?sort=disagreement` puts the rows first whose answers differ most.

    around: what stands beside it, as notes.
    """
    by_difference = request.GET.get("sort") == "disagreement"
    context = _context(comparison, _sight(comparison), by_difference=by_difference)
    if not context["cells"]:
        raise Http404
    context |= {
        "first": context["cells"][0],
        "by_difference": by_difference,
        "groups": addable(visitor_of(request), len(context["lines"])),
        "add_token": new_token(),
        **around,
        "citations": cited(request, comparison, context["cells"]),
    }
    return render(request, "results/matrix/page.html", context)


def polled(request: HttpRequest, comparison: Comparison) -> HttpResponse:
    """The totals and the cells that changed after `?seen=`; 204 where none did."""
    found = news(request, lambda: glance(comparison.cells()), comparison.pk)
    if isinstance(found, NoNews):
        return found.response()
    sight, seen = _sight(comparison), request.GET.get("seen", "")
    grown = bool(seen) and len(sight.runs) > len(seen.split("."))  # in another window
    return _drawn(request, comparison, sight, sight.changed_since(seen), has_grown=grown)


def _drawn(
    request: HttpRequest,
    comparison: Comparison,
    sight: Sight,
    changed: Sequence[Run],
    *,
    swap: bool = False,
    has_grown: bool = False,
) -> HttpResponse:
    """The totals and the cells that changed. swap: nobody's poll brings it."""
    context, keys = _context(comparison, sight), {run.pk for run in changed}
    cells = [cell for line in context["lines"] for cell in _changed(line, keys)]
    context |= {"changed": cells, "polled": True, "swap": swap, "has_grown": has_grown}
    return render(request, "results/matrix/_polled.html", context)


def acted(request: HttpRequest, comparison: Comparison) -> HttpResponse:
    """After an action: what changed for htmx, the whole page for a plain form."""
    if is_fragment(request) and comparison.rows:
        sight, moment = _sight(comparison), timezone.now() - JUST_NOW
        fresh = [run for run in sight.runs if run.changed_at > moment]
        return _drawn(request, comparison, sight, fresh, swap=True)
    return see_other(comparison)


@require_POST
def retry(request: HttpRequest, comparison_id: uuid.UUID) -> HttpResponse:
    """Ask again for the failed cells that the form names. Pressing twice is pressing once."""
    comparison = find_comparison(request, comparison_id)
    named = filter(None, map(uuid_or_none, request.POST.getlist("run")))
    with held_while_paused(comparison.pk):
        retry_failed(comparison, named, visitor_of(request).account)
    return acted(request, comparison)


@require_POST
def cancel(request: HttpRequest, comparison_id: uuid.UUID) -> HttpResponse:
    """Cancel every cell that still waits to be sent."""
    comparison = find_comparison(request, comparison_id)
    cancel_waiting(comparison)
    return acted(request, comparison)


def _sight(comparison: Comparison) -> Sight:
    return Sight(list(comparison.cells().for_grid().with_images()))


def _context(
    comparison: Comparison, sight: Sight, *, by_difference: bool = False
) -> dict[str, Any]:
    cells, grid = sight.runs, grid_of(sight.runs)
    labels = labels_of(grid.heads, tuple(SWEPT))
    beginnings = {run.pk: beginning_of(run) for run in cells}
    comparable = (one for one in cells if one.status == RunStatus.COMPLETED and not one.flagged)
    answers = {run.pk: beginnings[run.pk].text for run in comparable}
    rows = _by_disagreement(comparison, grid) if by_difference else grid.rows
    return {
        "comparison": comparison,
        "cells": cells,
        "heads": [(label, None) for label in labels],
        "sweeps": any(label.details for label in labels),
        "swept": swept(cells),
        "lines": [_line(row, grid.row(row), labels, beginnings, answers) for row in rows],
        "poll": sight.poll(reverse("comparison-status", args=[comparison.pk])),
        "no_worker": any(position.no_worker for position in sight.queue_positions.values()),
        **meter(cells),
        **_totals(comparison, cells),
    }


def _by_disagreement(comparison: Comparison, grid: Grid) -> list[int]:
    """Rows whose answers disagree most come first; those alike stay in the order as given."""
    read = comparison.cells().answered().values_list("pk", Left("output", COMPARED))
    texts: dict[uuid.UUID, str] = dict(read)

    def agreement(row: int) -> float:
        given = (texts.get(run.pk) for run in grid.row(row) if run)
        return -disagreement([text for text in given if text is not None])

    return sorted(grid.rows, key=agreement)


def _line(
    row: int,
    runs: Sequence[Run | None],
    labels: Sequence[Label],
    beginnings: Mapping[uuid.UUID, Beginning],
    answers: Mapping[uuid.UUID, str],
) -> Line:
    there = list(filter(None, runs))
    verdict = verdict_of(there, answers)
    image = next((image for run in there for image in run.images.all()), None)
    name = (image and (image.name or image.url)) or f"Image {row + 1}"
    odd = verdict.odd if verdict else frozenset()

    def cell(run: Run, label: Label) -> GridCell:
        return GridCell(run, name, beginnings[run.pk], label, explain(run), run.pk in odd)

    pairs = zip(runs, labels, strict=True)
    cells = [cell(run, label) if run else None for run, label in pairs]
    return Line(row + 1, image, cells, [name], verdict=verdict)


def _changed(line: Line, keys: Collection[uuid.UUID]) -> list[GridCell]:
    """The row's cells to draw again: all of them once it is complete, for then they are marked."""
    cells = [cell for cell in line.cells if cell]
    changed = [cell for cell in cells if cell.run.pk in keys]
    return cells if changed and line.verdict else changed


def _totals(comparison: Comparison, cells: Sequence[Run]) -> dict[str, Any]:
    """How the cells ended, what they cost, and which of them one press would retry."""
    count = Counter(run.status for run in cells)
    charged = bill(comparison.runs.only("comparison", *PRICED))
    ended = [one for one in RunStatus.ended() if count[one]]
    return {
        "ends": [(RunStatus(one).label.lower(), count[one]) for one in ended],
        "failed": [run.pk for run in cells if run.status == RunStatus.FAILED],
        "unknown": count[RunStatus.UNKNOWN],
        "charged": charged,
        "waiting": count[RunStatus.QUEUED],
    }


def addable(
    visitor: Visitor, rows: int = 0
) -> list[tuple[str, list[tuple[Model, Estimate | None]]]]:
    """The models of the picker; with rows, each with what a column of it would cost."""
    groups = favourites.picker(visitor)
    models = [model for group in groups for model in group.models] if rows else []
    found = zip(models, estimates(models, visitor.account), strict=True)
    costs = {model.id: cost * rows for model, cost in found}
    return [(one.name, [(model, costs.get(model.id)) for model in one.models]) for one in groups]
