"""What a browser chose for itself, kept in a cookie of its own: with accounts and without."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from playground.web.responses import see_other

KEPT_SECONDS = 365 * 24 * 3600
# Behind TLS with the prefix that keeps a neighbouring host from setting it, as all our cookies.
TLS_PREFIX = "__Host-"


@dataclass(frozen=True)
class BrowserChoice:
    """values: all that can be chosen; the first is what holds before."""

    name: str
    values: Sequence[str]

    def of(self, request: HttpRequest) -> str:
        cookies = request.COOKIES
        chosen = cookies.get(TLS_PREFIX + self.name) or cookies.get(self.name, "")
        return chosen if chosen in self.values else self.values[0]

    def keep(self, request: HttpRequest) -> HttpResponse:
        """Keep what the form says, and lead back to where it was pressed."""
        response, secure = _back(request), request.is_secure()
        chosen = request.POST.get(self.name, "")
        if chosen in self.values:
            name = TLS_PREFIX + self.name if secure else self.name
            response.set_cookie(name, chosen, max_age=KEPT_SECONDS, samesite="Lax", secure=secure)
        return response


def _back(request: HttpRequest) -> HttpResponse:
    back, secure = request.headers.get("Referer", ""), request.is_secure()
    allowed = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=secure)
    return see_other(back if allowed else "home")
