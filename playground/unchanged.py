"""Answers the commonest request of all before anything else is done: a poll without news.

A run that waits is asked about again and again, and nearly always nothing has changed: one narrow
query shows that. Whatever else a poll may be goes on to its view. Only where there is no sign-in:
nothing is answered but "what you have seen is still so", to this machine.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.urls import ResolverMatch

from playground.bodies import is_utf8
from playground.client_address import is_this_machine
from playground.models import Run, RunStatus
from playground.views import runs
from playground.views.polls import news

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

PATH = re.compile(r"/runs/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/status/")
WITH_THE_PROVIDER = (RunStatus.SUBMITTING, RunStatus.PROCESSING)
READ = ("id", "created_at", "status", "changed_at")  # in the order of the model
MATCH = ResolverMatch(runs.status, (), {}, url_name="run-status")


class UnchangedMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        found = PATH.fullmatch(request.path_info) if is_utf8(request) else None
        if found and request.method == "GET" and "seen" in request.GET and is_this_machine(request):
            try:
                if is_unchanged(request, UUID(found[1])):
                    request.resolver_match = MATCH
                    return HttpResponse(status=204)
            except (OperationalError, InterfaceError):
                pass  # the view finds out again, and there it is answered
        return self.get_response(request)


def is_unchanged(request: HttpRequest, run_id: UUID) -> bool:
    """Whether the run is with the provider still, as the page has seen it; may take a moment."""
    try:
        return news(request, lambda: [_running(run_id)]) is None
    except Run.DoesNotExist:
        return False


def _running(run_id: UUID) -> Run:
    """Return what is needed of the run and no more; raises DoesNotExist where it is not running."""
    rows = Run.objects.filter(pk=run_id, status__in=WITH_THE_PROVIDER).values_list(*READ)
    for row in rows:
        return Run.from_db(rows.db, READ, row)
    raise Run.DoesNotExist
