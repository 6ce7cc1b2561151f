"""What can be done from History: deleting, taking that back."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from playground.services import deletion
from playground.views.moments import moment_or_none
from playground.views.redirects import see_other
from playground.views.runs import find_run
from playground.visitors import visitor_of

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest

LONGEST_BACK = 2000  # characters of the filters that a form carries along


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


def history_address(request: HttpRequest | None = None, **more: str) -> str:
    """Return the address of History, with the filters that the form was sent from."""
    back = request.POST.get("back", "")[:LONGEST_BACK] if request else ""
    filters = QueryDict(back, mutable=True)
    for name in ("after", "deleted"):
        filters.pop(name, None)
    query = "&".join(filter(None, (filters.urlencode(), urlencode(more))))
    return reverse("history") + (f"?{query}" if query else "")
