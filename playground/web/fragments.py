"""What htmx is answered: fragments, which no cache hands out as a page, and sentences for errors.

One address may answer a page to a browser and a part of it to htmx. `request.htmx` says which of
the two is asked for; both answers say so to caches. An error is a page only for who sees it as a
page: to htmx it is one sentence, which static/js/problems.js shows where something was pressed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django_htmx.http import retarget
from django_htmx.middleware import HtmxDetails

HTML = "text/html"
WORDS = {
    400: "The server could not read this. Nothing was changed. Reload the page, then press again.",
    403: "This was not accepted. Nothing was changed. Reload the page, then press again.",
    404: "This is no longer there: it was deleted, here or in another tab. Nothing was changed.",
    409: "This changed in the meantime. Nothing was done. Reload the page, then look again.",
    413: "A form takes 64 MB of images. Nothing was sent. Send fewer or smaller ones at once.",
    429: "That is more than may be started now. Nothing was sent. Wait, then press again.",
    500: "Something went wrong on this server; its log says what. Look whether anything was "
    "changed, then press again.",
    503: "The server is busy. Nothing was sent. Press again.",
}
OTHER = "The server did not take this. Nothing was changed. Reload the page, then press again."


@dataclass(frozen=True)
class Poll:
    """The request that an element of a waiting page makes, at once and then at intervals."""

    address: str
    every: str


class Htmx(HtmxDetails):
    """Who goes Back wants the whole page, also where htmx asks for it."""

    def __bool__(self) -> bool:
        return super().__bool__() and not self.history_restore_request


class FragmentMiddleware:
    """Sets `request.htmx`, tells caches what an answer depends on, and makes errors sentences."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.htmx = Htmx(request)  # type: ignore[attr-defined]
        response = self.get_response(request)
        if not response.headers.get("Content-Type", "").startswith(HTML):
            return response
        if request.htmx and response.status_code >= 400:  # type: ignore[attr-defined]
            _say(response)
        patch_vary_headers(response, ["HX-Request"])
        return response


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks, for a part of the page. Without the middleware nobody does."""
    return bool(getattr(request, "htmx", False))


def form_again(
    request: HttpRequest, names: tuple[str, str], target: str, context: Any, status: int
) -> HttpResponse:
    """The page; to htmx its form alone, in the place of the one that was sent.

    names: of the templates of the page and of its form.
    """
    if not is_fragment(request):
        return render(request, names[0], context, status=status)
    response = render(request, names[1], context, status=status)
    response["HX-Reswap"] = "outerMorph"  # which django-htmx does not know
    return retarget(response, target)


def with_words(response: HttpResponse, words: str) -> HttpResponse:
    """Note what is said of this error where htmx asked."""
    response.problem = words  # type: ignore[attr-defined]
    return response


def _say(response: HttpResponse) -> None:
    """Put the sentence in the place of a whole page; what is a fragment already stays."""
    if response.streaming or not _is_page(response.content):
        return
    known = WORDS.get(response.status_code, OTHER)
    words = getattr(response, "problem", known)
    response.content = render_to_string("errors/_problem.html", {"words": words})
    if "Content-Length" in response:
        response["Content-Length"] = str(len(response.content))


def _is_page(content: bytes) -> bool:
    start = content[:200].lstrip().lower()
    return not start or start.startswith((b"<!doctype", b"<html"))
