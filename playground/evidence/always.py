"""Whether a browser has every answer checked by itself: a cookie, as its theme is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

# Behind TLS with the prefix that keeps a neighbouring host from setting it, as all our cookies.
COOKIE, COOKIE_TLS = "check", "__Host-check"
COOKIE_AGE_SECONDS = 365 * 24 * 3600
ALWAYS, WHEN_ASKED = "always", "asked"


def checks_always(request: HttpRequest) -> bool:
    return ALWAYS in (request.COOKIES.get(COOKIE_TLS), request.COOKIES.get(COOKIE))


def keep(request: HttpRequest, response: HttpResponse, chosen: str) -> None:
    """Keep what was chosen in the browser."""
    if chosen in (ALWAYS, WHEN_ASKED):
        secure = request.is_secure()
        name = COOKIE_TLS if secure else COOKIE
        response.set_cookie(name, chosen, max_age=COOKIE_AGE_SECONDS, samesite="Lax", secure=secure)
