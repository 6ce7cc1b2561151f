"""What can be done from History: deleting and taking that back, and acting on several rows."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from playground.history_form import HistoryForm
from playground.models import Run
from playground.services import deletion, exporting, tagging
from playground.services.history_rows import rows_of
from playground.services.selection import MOST_ROWS, Selection, select
from playground.views.fields import line
from playground.views.ids import uuid_or_none
from playground.views.moments import moment_or_none
from playground.views.redirects import see_other
from playground.views.representations import everything
from playground.views.runs import acted, find_run
from playground.visitors import visitor_of

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable
    from datetime import datetime

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

LONGEST_BACK = 2000  # characters of the filters that a form carries along
LONGEST_TYPED = 200


@require_POST
def delete(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Hide the run at once; History offers to take it back. What is being sent has to end first."""
    run = find_run(request, run_id)
    try:
        moment = deletion.delete([run])
    except deletion.StillRunningError:
        return render(request, "_busy.html", {"run": run}, status=409)
    there = history_address(deleted=moment.isoformat())
    if request.headers.get("HX-Request") == "true":
        response = HttpResponse()
        response["HX-Redirect"] = there
        return response
    return see_other(there)


@require_POST
def take_back(request: HttpRequest) -> HttpResponse:
    """Show again what was deleted at the moment that the form names, if it is still there."""
    moment = moment_or_none(request.POST.get("deleted", ""))
    shown = deletion.take_back(visitor_of(request), moment) if moment else 0
    if not shown:
        return render(request, "too_late.html", status=409)
    return see_other(history_address(request))


@require_POST
def selected(request: HttpRequest) -> HttpResponseBase:
    """Act on the ticked rows: `action` says what."""
    ids = [one for one in map(uuid_or_none, request.POST.getlist("run")) if one]
    if len(ids) > MOST_ROWS:
        return _refused(request, f"You ticked {len(ids)} rows. Tick at most {MOST_ROWS}.")
    chosen = select(visitor_of(request), ids)
    if not chosen.firsts:
        return _refused(request, "No row is ticked, or what was ticked is deleted. Tick some rows.")
    action = request.POST.get("action", "")
    if action == "compare":
        query = urlencode([("run", run.pk) for run in chosen.firsts])
        return see_other(f"{reverse('side-by-side')}?{query}")
    if action in exporting.FORMATS:
        return _file(request, action, [run.pk for run in chosen.runs])
    if action == "delete":
        return _delete(request, chosen)
    return _mark(request, action, chosen)


def _mark(request: HttpRequest, action: str, chosen: Selection) -> HttpResponse:
    """Star or tag the rows, or take that off."""
    account, text = visitor_of(request).account, line(request, "tag", LONGEST_TYPED)
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


def _delete(request: HttpRequest, chosen: Selection) -> HttpResponse:
    moment, left = chosen.delete()
    if left:
        word = "row is" if left == 1 else "rows are"
        words = f"{left} {word} being sent at this moment and not deleted. Try again in a minute."
        if not moment:
            return _refused(request, words, status=409)
    return _acted(request, chosen, moment)


def _acted(request: HttpRequest, chosen: Selection, moment: datetime | None = None) -> HttpResponse:
    """The rows as they are now for the script, which leaves the rest of the page alone."""
    if request.headers.get("HX-Request") != "true":
        more = {"deleted": moment.isoformat()} if moment else {}
        return see_other(history_address(request, **more))
    visible = Run.objects.visible_to(visitor_of(request))
    context = {
        "rows": rows_of(visible, chosen.firsts),
        "deletion": {"moment": moment, "count": len(chosen.runs)} if moment else None,
        "back": request.POST.get("back", "")[:LONGEST_BACK],
    }
    return render(request, "_history_acted.html", context)


def _refused(request: HttpRequest, words: str, status: int = 422) -> HttpResponse:
    response = render(request, "selection_refused.html", {"words": words}, status=status)
    response["X-Notice"] = words
    return response


@require_safe
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """All runs that fit the filters of the address, as one file."""
    ids = exporting.all_that_match(visitor_of(request), HistoryForm(request.GET).wanted())
    return _file(request, form, ids)


def _file(request: HttpRequest, form: str, ids: Iterable[uuid.UUID]) -> HttpResponseBase:
    content_type, written = exporting.FORMATS[form]
    parts = written(visitor_of(request), ids, everything(request))
    response = StreamingHttpResponse(parts, content_type=content_type)
    name = f"runs-{timezone.localtime():%Y-%m-%d-%H%M}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
def tag(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Put the tag on one run, or with `remove` take it off."""
    run, account = find_run(request, run_id), visitor_of(request).account
    try:
        if request.POST.get("remove"):
            tagging.remove([run.pk], line(request, "remove", LONGEST_TYPED), account)
        else:
            tagging.add([run], line(request, "tag", LONGEST_TYPED), account)
    except tagging.TagRefusedError as refusal:
        return _refused(request, str(refusal))
    return acted(request, run)


def history_address(request: HttpRequest | None = None, **more: str) -> str:
    """Return the address of History, with the filters that the form was sent from."""
    back = request.POST.get("back", "")[:LONGEST_BACK] if request else ""
    filters = QueryDict(back, mutable=True)
    for name in ("after", "deleted"):
        filters.pop(name, None)
    query = "&".join(filter(None, (filters.urlencode(), urlencode(more))))
    return reverse("history") + (f"?{query}" if query else "")
