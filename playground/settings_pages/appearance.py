"""Small things around the screens: the theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

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
    back = request.headers.get("Referer", "")
    secure = request.is_secure()
    allowed = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=secure)
    response = see_other(back if allowed else "home")
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        name = THEME_COOKIE_TLS if secure else THEME_COOKIE
        response.set_cookie(name, theme, max_age=COOKIE_AGE_SECONDS, samesite="Lax", secure=secure)
    return response


def theme_of(request: HttpRequest) -> str:
    cookies = request.COOKIES
    chosen = cookies.get(THEME_COOKIE_TLS) or cookies.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else "system"
