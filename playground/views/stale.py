"""A form whose token is no longer right: from before a sign-in or sign-out, or from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.middleware.csrf import get_token
from django.shortcuts import render

from playground.kept_form import has_kept_form, kept_form

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Keep what came from a page of ours, with a fresh token, for a person to send again.

    From anywhere else nothing is kept: another site must not put words into our forms.
    """
    if not _is_from_here(request):
        return render(request, "403_csrf.html", status=403)
    if has_kept_form(request):
        return kept_form(request, "stale_form.html", status=403)
    response = render(request, "403_csrf.html", status=403)
    response["X-CSRFToken"] = get_token(request)  # static/js/token.js puts it into the page
    response["HX-Reswap"] = "none"
    return response


def _is_from_here(request: HttpRequest) -> bool:
    """Browsers name the origin of every POST, and no page can forge it."""
    ours = f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Origin") == ours
