"""What a browser chooses for itself: the theme, and whether answers are checked by themselves."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from playground.evidence.page import CHECK
from playground.web.browser_choice import BrowserChoice

THEME = BrowserChoice("theme", ("system", "light", "dark"))


@login_not_required
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keep the theme in a cookie, so that the server writes it and nothing flashes."""
    return THEME.keep(request)


@require_POST
def set_check(request: HttpRequest) -> HttpResponse:
    """Keep whether this browser has every answer checked against its image."""
    return CHECK.keep(request)
