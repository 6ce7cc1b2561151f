"""Small things around the screens: the theme, and whether answers are checked by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from playground.evidence import always
from playground.web.responses import see_other

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

THEMES = ("system", "light", "dark")
# Behind TLS with the prefix that keeps a neighbouring host from setting it, as all our cookies.
THEME_COOKIE, THEME_COOKIE_TLS = "theme", "__Host-theme"
COOKIE_AGE_SECONDS = 365 * 24 * 3600


@login_not_required
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keep the theme in a cookie, so that the server writes it and nothing flashes."""
    response = _back(request)
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        secure = request.is_secure()
        name = THEME_COOKIE_TLS if secure else THEME_COOKIE
        response.set_cookie(name, theme, max_age=COOKIE_AGE_SECONDS, samesite="Lax", secure=secure)
    return response


@require_POST
def set_check(request: HttpRequest) -> HttpResponse:
    """Keep in a cookie whether this browser has every answer checked against its image."""
    response = _back(request)
    always.keep(request, response, request.POST.get("check", ""))
    return response


def _back(request: HttpRequest) -> HttpResponse:
    back, secure = request.headers.get("Referer", ""), request.is_secure()
    allowed = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=secure)
    return see_other(back if allowed else "home")


def theme_of(request: HttpRequest) -> str:
    cookies = request.COOKIES
    chosen = cookies.get(THEME_COOKIE_TLS) or cookies.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else "system"
