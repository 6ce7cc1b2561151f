"""A database or storage that is busy or away is waited out, never an error page with a trace.

What a person sent with a plain form comes back in the answer, ready to be sent again.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import InterfaceError, OperationalError
from django.shortcuts import render

from playground.media import StorageAwayError

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)
RETRY_AFTER = "2"  # seconds


class BusyDatabaseMiddleware:
    """Answers 503 with Retry-After where a view could not get at the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, OperationalError | InterfaceError | StorageAwayError):
            return None
        logger.warning("database or storage did not answer %s", request.path, exc_info=error)
        response = _kept_form(request) if _is_plain_form(request) else _page(request)
        response["Retry-After"] = RETRY_AFTER
        return response


def _page(request: HttpRequest) -> HttpResponse:
    return render(request, "503.html", status=503)


def _is_plain_form(request: HttpRequest) -> bool:
    """With htmx the page stays as it is, form and all, and static/js/busy.js says why."""
    return bool(request.POST) and request.headers.get("HX-Request") != "true"


def _kept_form(request: HttpRequest) -> HttpResponse:
    """The whole form with its token, so that sending it again cannot run it twice.

    Files cannot be kept: the database, where their pictures would be noted, is what is away.
    """
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken"
    ]
    files = [file.name for file in request.FILES.getlist("images") if file.name]
    return render(request, "busy_form.html", {"fields": fields, "files": files}, status=503)
