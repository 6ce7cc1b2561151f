"""Gives each request an id and logs it: a change at INFO, a look at DEBUG, a fault at WARNING."""

from __future__ import annotations

import logging
import re
import secrets
import time
from typing import TYPE_CHECKING

from playground import tallies
from playground.logs import request_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)

HEADER = "X-Request-ID"
FROM_A_PROXY = re.compile(r"[A-Za-z0-9_.-]{8,64}")


class RequestLogMiddleware:
    """Outermost. An id that a proxy sent is kept, so that its log and ours can be put together."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = request.headers.get(HEADER, "")
        token = request_id.set(sent if FROM_A_PROXY.fullmatch(sent) else secrets.token_hex(8))
        started = time.monotonic()
        try:
            response = self.get_response(request)
            response[HEADER] = request_id.get()
            _log(request, response, time.monotonic() - started)
            tallies.count(request, response)
            return response
        finally:
            request_id.reset(token)


def _log(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    """The path alone: an address may carry a prompt."""
    level = _level(request, response)
    if logger.isEnabledFor(level):
        took = round(seconds * 1000)
        logger.log(
            level, "%s %s %d %d ms", request.method, request.path, response.status_code, took
        )


def _level(request: HttpRequest, response: HttpResponse) -> int:
    if response.status_code >= 500:
        return logging.WARNING
    return logging.DEBUG if request.method in {"GET", "HEAD", "OPTIONS"} else logging.INFO
