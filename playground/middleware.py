"""A database or storage that is busy or away, limits, and what a model does not take are answered.

What a person sent with a plain form comes back in the answer, ready to be sent again.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import InterfaceError, OperationalError
from django.shortcuts import render

from playground.kept_form import has_kept_form, kept_form
from playground.media import StorageAwayError
from playground.services.acceptance import UnfitError
from playground.services.allowance import LimitReached

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
        return busy(request, error)


class LimitMiddleware:
    """Answers 429 with Retry-After where an action would start more than may be started, and 422
    where it would ask a model what that does not take.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, UnfitError):
            return _refused(request, "unfit.html", str(error), 422)
        if isinstance(error, LimitReached):
            return limited(_refused(request, "limit.html", error.words(), 429), error)
        return None


def _refused(request: HttpRequest, template: str, words: str, status: int) -> HttpResponse:
    response = render(request, template, {"words": words}, status=status)
    if request.headers.get("HX-Request") == "true":  # the page stays; static/js/busy.js says why
        response["HX-Reswap"], response["X-Notice"] = "none", words
    return response


def limited(response: HttpResponse, error: LimitReached) -> HttpResponse:
    """Say when to come back, and to those who count refusals which limit it was."""
    if error.seconds:
        response["Retry-After"] = str(error.seconds)
    response.limit = error.limit.name.lower()  # type: ignore[attr-defined]
    return response


def busy(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.warning("database or storage did not answer %s", request.path, exc_info=error)
    # With htmx the page stays as it is, form and all, and static/js/busy.js says why.
    if has_kept_form(request):
        response = kept_form(request, "busy_form.html", status=503)
    else:
        response = render(request, "503.html", status=503)
    response["Retry-After"] = RETRY_AFTER
    return response
