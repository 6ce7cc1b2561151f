"""Refuses programs that come without TLS, where there is TLS.

People are led from http to https. A program that followed along would send its token in the clear
each time, and nobody would notice.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from playground.api.errors import error

PROGRAMS = ("/api/", "/metrics", "/webhooks/")
WORDS = "Use https. If a token was sent along, others may have read it: revoke it."


class ProgramsNeedTlsMiddleware:
    """Stands before the middleware that leads http to https."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.TLS and not request.is_secure() and request.path.startswith(PROGRAMS):
            return error(403, "tls", WORDS)
        return self.get_response(request)
