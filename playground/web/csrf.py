"""A form whose token is not right: its cookie is gone, the page is from before a sign-in, or it
comes from elsewhere."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import REASON_NO_CSRF_COOKIE, get_token
from django.shortcuts import render

from playground.config.access_modes import ACCOUNTS
from playground.web.fragments import with_words
from playground.web.resubmission import has_kept_form, kept_form

# Both come with a page or a press that follows a refusal, and with no other.
ASKED_FIELD, ASKED_HEADER = "cookie_asked_for", "HTTP_X_COOKIE_ASKED_FOR"
CLEARED = "The cookie of this site is gone: it was cleared, or cookies are blocked."
BLOCKED = (
    "The browser keeps no cookie of this site. The playground needs one, to tell its own forms "
    "from those of other sites. Allow cookies for {host} in the browser's settings."
)
RENEWED = "The cookie of this site is a newer one than that of this page."
SIGNED = "You signed in or out since this page was opened."


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Keep what came from a page of ours, with a fresh token, for a person to send again.

    From anywhere else nothing is kept: another site must not put words into our forms.
    """
    if not _is_from_here(request):
        return render(request, "errors/csrf.html", status=403)
    cause = _cause(request, reason)
    if has_kept_form(request):
        return kept_form(request, "errors/resubmit_csrf.html", status=403, cause=cause)
    response = render(request, "errors/csrf.html", {"cause": cause}, status=403)
    response["X-CSRFToken"] = get_token(request)  # static/js/token.js puts it into the page
    return with_words(response, f"{cause} Nothing was sent. Press again.")


def _cause(request: HttpRequest, reason: str) -> str:
    """Why the token is not right; that cookies are blocked shows at the second press."""
    if reason == REASON_NO_CSRF_COOKIE:
        asked = ASKED_FIELD in request.POST or ASKED_HEADER in request.META
        return BLOCKED.format(host=request.get_host()) if asked else CLEARED
    return SIGNED if settings.ACCESS == ACCOUNTS else RENEWED


def _is_from_here(request: HttpRequest) -> bool:
    """Browsers name the origin of every POST, and no page can forge it."""
    ours = f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Origin") == ours
