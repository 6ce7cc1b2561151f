"""What can be done from History: deleting and taking that back, and acting on several rows."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from playground.accounts.projects.moving import NotMovedError, project_named
from playground.accounts.visibility import refuse_lookers, refuse_removal, sees
from playground.accounts.visitor import visitor_of
from playground.comparisons.access import find_comparison, find_run
from playground.experiments import from_runs
from playground.experiments.cases import TooManyCasesError
from playground.experiments.models.test_set import MAX_CASES
from playground.experiments.test_sets import TOO_MANY, TooManyTestSetsError
from playground.exports import Manner, manner_of
from playground.exports.responses import everything
from playground.history import deletion, moving
from playground.history import export as exporting
from playground.history.bulk import MAX_SELECTED_ROWS, Selection, select
from playground.history.forms import HistoryForm
from playground.history.rows import rows_of
from playground.history.views import PLACES
from playground.results.views.runs import acted
from playground.runs import tagging
from playground.runs.models.run import Run
from playground.web.fragments import is_fragment, with_words
from playground.web.params import line, moment_or_none, number_or_none, uuid_or_none
from playground.web.responses import see_other

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

    from playground.runs.models.comparison import Comparison

MAX_FILTERS_LENGTH = 2000  # characters of the filters that a form carries along
MAX_TYPED_LENGTH = 200
NO_ROW = "No row is ticked. Tick some rows."
GONE = "What was ticked is deleted, here or in another tab. Nothing was changed. Tick other rows."
SEALED = "The ticked comparisons are blind. Vote in them, or show the names, then press again."
TOO_MANY_CASES = f"A test set has at most {MAX_CASES:,} cases. Tick fewer rows."
BEING_SENT = "This run is being sent. Nothing was deleted. Wait a few seconds, then press again."


@require_POST
def delete(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Hide the run at once; History offers to take it back. What is being sent has to end first."""
    run = find_run(request, run_id)
    refuse_removal(visitor_of(request), run)
    try:
        moment = deletion.delete([run])
    except deletion.StillRunningError:
        page = render(request, "errors/busy_run.html", {"words": BEING_SENT}, status=409)
        return with_words(page, BEING_SENT)
    there = history_address(deleted=moment.isoformat())
    return HttpResponseClientRedirect(there) if is_fragment(request) else see_other(there)


@require_POST
def take_back(request: HttpRequest) -> HttpResponse:
    """Show again what was deleted at the moment that the form names, if it is still there."""
    moment = moment_or_none(request.POST.get("deleted", ""))
    shown = deletion.take_back(visitor_of(request), moment) if moment else 0
    if not shown:
        return render(request, "history/undo_too_late.html", status=409)
    return see_other(history_address(request))


@require_POST
def selected(request: HttpRequest) -> HttpResponseBase:
    """Act on the ticked rows: `action` says what."""
    ids = _ticked(request)
    if len(ids) > MAX_SELECTED_ROWS:
        return _refused(request, f"You ticked {len(ids)} rows. Tick at most {MAX_SELECTED_ROWS}.")
    chosen = select(visitor_of(request), list(ids))
    if not chosen.firsts:
        return _changed(request, chosen, GONE if ids else NO_ROW)
    action = request.POST.get("action", "")
    if action == "compare":
        query = urlencode([("run", run.pk) for run in chosen.firsts])
        return see_other(f"{reverse('side-by-side')}?{query}")
    if action in exporting.FORMATS:
        return _file(request, action, [run.pk for run in chosen.runs])
    if action == "test-set":
        return _test_set(request, chosen)
    refuse_lookers(visitor_of(request), *chosen.runs)
    if action == "move":
        return _move(request, chosen)
    if action == "delete":
        refuse_removal(visitor_of(request), *chosen.runs)
        grown = chosen.otherwise_than(ids)
        return _changed(request, chosen, grown) if grown else _delete(request, chosen)
    return _mark(request, action, chosen)


def _ticked(request: HttpRequest) -> dict[uuid.UUID, int | None]:
    """The runs that stand for the ticked rows, each with how many runs its row showed."""
    found: dict[uuid.UUID, int | None] = {}
    for text in request.POST.getlist("run"):
        name, _, count = text.partition("~")
        run_id = uuid_or_none(name)
        if run_id:
            found[run_id] = number_or_none(count, 5)
    return found


def _changed(request: HttpRequest, chosen: Selection, words: str) -> HttpResponse:
    """Nothing was done, since the rows are not what was seen; the script draws them anew."""
    if not is_fragment(request) or words == NO_ROW:
        return _refused(request, words)
    visible = Run.objects.visible_to(visitor_of(request))
    context = {"rows": rows_of(visible, chosen.firsts), "words": words}
    return render(request, "history/_acted.html", context, status=409)


def _mark(request: HttpRequest, action: str, chosen: Selection) -> HttpResponse:
    account, text = visitor_of(request).account, line(request, "tag", MAX_TYPED_LENGTH)
    try:
        if action in {"star", "unstar"}:
            chosen.star(starred=action == "star")
        elif action == "tag":
            tagging.add(chosen.firsts, text, account)
        elif action == "untag":
            tagging.remove([run.pk for run in chosen.runs], text, account)
    except tagging.TagRefusedError as refusal:
        return _refused(request, str(refusal))
    return _acted(request, chosen)


def _move(request: HttpRequest, chosen: Selection) -> HttpResponse:
    """Into the project that is named, or with none out of the one that the rows are in."""
    try:
        moving.move(chosen.runs, project_named(request), visitor_of(request))
    except NotMovedError as refusal:
        return _refused(request, str(refusal), status=409)
    return _acted(request, chosen)


@require_POST
def move_run(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """The same from the page of a run; one of a comparison takes all of it along."""
    run = find_run(request, run_id, even_sealed=True)
    return _moved(request, run, [run])


@require_POST
def move_comparison(request: HttpRequest, comparison_id: uuid.UUID) -> HttpResponse:
    """The same from the page of a comparison or an experiment."""
    comparison = find_comparison(request, comparison_id, even_sealed=True)
    return _moved(request, comparison, comparison.runs.only("comparison"))


def _moved(request: HttpRequest, item: Run | Comparison, runs: Iterable[Run]) -> HttpResponse:
    visitor = visitor_of(request)
    try:
        moving.move(list(runs), project_named(request), visitor)
    except NotMovedError as refusal:
        return _refused(request, str(refusal), status=409)
    item.refresh_from_db(fields=["owner", "project"])
    return see_other(item if sees(visitor, item) else history_address())


def _delete(request: HttpRequest, chosen: Selection) -> HttpResponse:
    moment, left = chosen.delete()
    if left:
        word = "row is" if left == 1 else "rows are"
        words = f"{left} {word} being sent at this moment and not deleted. Try again in a minute."
        if not moment:
            return _refused(request, words, status=409)
    return _acted(request, chosen, moment)


def _test_set(request: HttpRequest, chosen: Selection) -> HttpResponse:
    """Make a test set of the rows, to be mended on its page."""
    try:
        version = from_runs.make(chosen.runs, visitor_of(request).account)
    except from_runs.NoCaseError:
        return _refused(request, SEALED)
    except TooManyCasesError:
        return _refused(request, TOO_MANY_CASES)
    except TooManyTestSetsError:
        return _refused(request, TOO_MANY)
    return see_other(version.test_set)


def _acted(request: HttpRequest, chosen: Selection, moment: datetime | None = None) -> HttpResponse:
    """The rows as they are now for the script, which leaves the rest of the page alone."""
    if not is_fragment(request):
        more = {"deleted": moment.isoformat()} if moment else {}
        return see_other(history_address(request, **more))
    visible = Run.objects.visible_to(visitor_of(request))
    context = {
        "rows": rows_of(visible, chosen.firsts),
        "deletion": {"moment": moment, "count": len(chosen.runs)} if moment else None,
        "back": request.POST.get("back", "")[:MAX_FILTERS_LENGTH],
    }
    return render(request, "history/_acted.html", context)


def _refused(request: HttpRequest, words: str, status: int = 422) -> HttpResponse:
    response = render(request, "history/selection_refused.html", {"words": words}, status=status)
    return with_words(response, words)


@require_safe
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """All runs that fit the filters of the address, as one file."""
    ids = exporting.all_that_match(visitor_of(request), HistoryForm(request.GET).wanted())
    exact = form == "csv" and manner_of(request.GET.get("as")) is Manner.EXACT
    return _file(request, "csv-exact" if exact else form, ids)


def _file(request: HttpRequest, form: str, ids: Iterable[uuid.UUID]) -> HttpResponseBase:
    ending, content_type, written = exporting.FORMATS[form]
    parts = written(visitor_of(request), ids, everything(request))
    response = StreamingHttpResponse(parts, content_type=content_type)
    name = f"runs-{timezone.localtime():%Y-%m-%d-%H%M}{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
def tag(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Put the tag on one run, or with `remove` take it off."""
    run, account = find_run(request, run_id), visitor_of(request).account
    try:
        if request.POST.get("remove"):
            tagging.remove([run.pk], line(request, "remove", MAX_TYPED_LENGTH), account)
        else:
            tagging.add([run], line(request, "tag", MAX_TYPED_LENGTH), account)
    except tagging.TagRefusedError as refusal:
        return _refused(request, str(refusal))
    return acted(request, run)


def history_address(request: HttpRequest | None = None, **more: str) -> str:
    """Return the address of History, with the filters that the form was sent from."""
    back = request.POST.get("back", "")[:MAX_FILTERS_LENGTH] if request else ""
    filters = QueryDict(back, mutable=True)
    for name in PLACES:
        filters.pop(name, None)
    query = "&".join(filter(None, (filters.urlencode(), urlencode(more))))
    return reverse("history") + (f"?{query}" if query else "")
