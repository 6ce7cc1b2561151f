"""Gives each request an id and logs it: a change or a refusal at INFO, a look at DEBUG, a fault at
WARNING; with the account, where somebody had signed in."""

import logging
import re
import secrets
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from playground.accounts.visitor import Visitor
from playground.config.logs import request_id

logger = logging.getLogger(__name__)

HEADER = "X-Request-ID"
POLLS = {"run-status", "comparison-status"}
TOO_MANY = 429
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
            _count(request, response)
            return response
        finally:
            request_id.reset(token)


def _log(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    """The path alone: an address may carry a prompt."""
    level = _level(request, response)
    if logger.isEnabledFor(level):
        took = round(seconds * 1000)
        said = (request.method, request.path, response.status_code, took, _who(request))
        logger.log(level, "%s %s %d %d ms%s", *said)


def _level(request: HttpRequest, response: HttpResponse) -> int:
    if response.status_code >= 500:
        return logging.WARNING
    looked = request.method in {"GET", "HEAD", "OPTIONS"} and response.status_code < 400
    return logging.DEBUG if looked else logging.INFO


def _who(request: HttpRequest) -> str:
    """Name the account as far as the request found it out: the log reads no row for it."""
    visitor = request.__dict__.get("visitor")
    known = visitor.__dict__.get("_wrapped", visitor) if visitor is not None else None
    account = known.account if isinstance(known, Visitor) else None
    return f" account={account.pk}" if account else ""


def _count(request: HttpRequest, response: HttpResponse) -> None:
    """Count what no row tells: polls that were answered, presses that a limit refused.

    A view that refuses for a limit names it as `response.limit`.
    """
    if not settings.METRICS_TOKEN:
        return
    from playground.operations import metrics  # not loaded where it is off

    match = request.resolver_match
    if match and match.url_name in POLLS:
        metrics.polls.inc()
    if response.status_code == TOO_MANY:
        metrics.refused.labels(limit=getattr(response, "limit", "other")).inc()
