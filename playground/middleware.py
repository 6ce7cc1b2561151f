"""A database that is busy or away is a state to wait out, never an error page with a trace."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import OperationalError
from django.shortcuts import render

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
        if not isinstance(error, OperationalError):
            return None
        logger.warning("the database did not answer %s", request.path, exc_info=error)
        response = render(request, "503.html", status=503)
        response["Retry-After"] = RETRY_AFTER
        return response
