"""What is answered to whoever may not come in: strangers, and other machines without accounts.

Fit for whatever asked: a page goes to the sign-in and comes back, a poll ends, a form that was
filled is kept, a program gets a status.
"""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from playground.web.fragments import is_fragment
from playground.web.resubmission import has_kept_form, kept_form

TEXT = "text/plain; charset=utf-8"


def local(request: HttpRequest) -> HttpResponse:
    """A playground without sign-in that somebody put behind a proxy."""
    return render(request, "errors/local_only.html", status=403)


def sign_in_first(request: HttpRequest) -> HttpResponse:
    safe = request.method in {"GET", "HEAD"}
    if is_fragment(request):
        return _fragment(request, safe=safe)
    if safe and "text/html" in request.headers.get("Accept", ""):
        return redirect(sign_in_address(request.get_full_path()))
    if has_kept_form(request):
        return _refused(kept_form(request, "errors/resubmit_signed_out.html", status=401))
    return _refused(HttpResponse("Sign in first.", status=401, content_type=TEXT))


def add_factor_first(request: HttpRequest) -> HttpResponse:
    """Whoever lacks the second factor that is asked of everybody gets to its set-up alone."""
    if request.method in {"GET", "HEAD"} and "text/html" in request.headers.get("Accept", ""):
        return redirect("mfa_index")
    return _refused(HttpResponse("Set up a second factor first.", status=401, content_type=TEXT))


def _fragment(request: HttpRequest, *, safe: bool) -> HttpResponse:
    """A poll is over. A form stays as it is, and is told why."""
    page = "errors/_signed_out.html" if safe else "errors/_signed_out_problem.html"
    return _refused(render(request, page, status=401))


def _refused(response: HttpResponse) -> HttpResponse:
    response["WWW-Authenticate"] = "Form"  # every 401 has to name a way
    return response


def sign_in_address(back: str) -> str:
    """The sign-in page that leads back to an address of ours."""
    query = "" if back in {"/", ""} else "?" + urlencode({"next": back})
    return reverse("sign-in") + query


def next_address(request: HttpRequest) -> str:
    """Return where the sign-in leads: an address on this host, else the playground."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    return wanted if is_ours(request, wanted) else "/"


def is_ours(request: HttpRequest, address: str) -> bool:
    hosts = {request.get_host()}
    safe = url_has_allowed_host_and_scheme(address, hosts, require_https=request.is_secure())
    return safe and address.startswith("/")
