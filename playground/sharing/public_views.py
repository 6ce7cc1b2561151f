"""What a stranger gets below a link's token: the page, its other forms, its pictures.

Nothing in here knows who asks: no session, no cookie, no account. Every address answers the same
404 for a token that ended as for one that never was.
"""

from __future__ import annotations

import hashlib
import re
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from playground import imaging
from playground.comparisons.fields import fields_file
from playground.exports.redaction import ShownComparison
from playground.exports.responses import (
    FILES,
    as_table,
    by_accept,
    downloaded,
    origin_of,
    represented,
    wanted_form,
)
from playground.images.serving import picture
from playground.sharing import opened
from playground.sharing.models import SharePreview
from playground.sharing.public_page import columns_of, page_context
from playground.web.params import number_or_none

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, StreamingHttpResponse
    from django.http.response import HttpResponseBase

    from playground.sharing.opened import OpenLink

Response = TypeVar("Response", bound="HttpResponseBase")
# Programs that fetch a page to draw a preview of it, not to read it.
MACHINES = re.compile(
    r"bot\b|crawl|spider|preview|facebookexternalhit|whatsapp|slack|embed|curl|python|wget",
    re.IGNORECASE,
)
# A whole token, and what cannot be part of one.
WITH_MORE = re.compile(r"([A-Za-z0-9_-]{32})[^A-Za-z0-9_-]*", re.DOTALL)


def public(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Open the link for the view. Whatever is missing, the answer is the same."""

    @login_not_required
    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponseBase:
        try:
            link = opened.open_link(token, request.GET.get("source", ""))
            response = view(request, link, **kwargs)
        except (opened.GoneError, Http404, FileNotFoundError):
            response = _gone()
        return _unlisted(response)

    return answer


def _unlisted(response: Response) -> Response:
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _gone() -> HttpResponse:
    response = HttpResponse(render_to_string("sharing/public/gone.html"), status=404)
    response["Cache-Control"] = "no-store"
    return response


@login_not_required
@require_safe
def mistyped(request: HttpRequest, rest: str) -> HttpResponse:
    """A link that was copied with the full stop or the bracket behind it, or only in part."""
    found = WITH_MORE.fullmatch(rest)
    response = redirect("shared", token=found[1]) if found else _gone()
    response["Cache-Control"] = "no-store"
    return _unlisted(response)


def _fresh(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Let a browser keep the answer, and ask each time whether the link still opens."""
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response["ETag"], response["Cache-Control"] = etag, "private, no-cache"
    return cast("HttpResponse", get_conditional_response(request, etag, response=response))


@public
def page(request: HttpRequest, link: OpenLink) -> HttpResponse:
    """The page, or by `Accept` the same as JSON or Markdown.

    Opening the page is counted; nothing else is changed by it.
    """
    origin, form = origin_of(request), wanted_form(request)
    if form != "html":
        return by_accept(_fresh(request, represented(link.content(origin), form)))
    if _is_opening(request):
        opened.count_opening(link.share)
    start = number_or_none(request.GET.get("start", ""), digits=5) or 0
    case = number_or_none(request.GET.get("case", ""), 5)
    name, context = page_context(link, origin, start, case)
    return by_accept(_fresh(request, HttpResponse(render_to_string(name, context))))


@public
def export(request: HttpRequest, link: OpenLink, form: str) -> HttpResponse | StreamingHttpResponse:
    """The same content for programs, notes and spreadsheets, or as a file to keep."""
    content = link.content(origin_of(request))
    if form in FILES:
        response = downloaded(content, form)
        response["Cache-Control"] = "private, no-cache"
        return response
    if form == "csv":
        if not isinstance(content, ShownComparison):
            raise Http404
        if request.GET.get("of") == "fields":
            return _fresh(request, fields_file(request, columns_of(link, content)))
        return _fresh(request, as_table(request, content))
    return _fresh(request, represented(content, form))


def _is_opening(request: HttpRequest) -> bool:
    """Whether a person reads the page now, for the first time: not its owner, not a machine."""
    headers = request.headers
    ahead = headers.get("Sec-Purpose", "") + headers.get("Purpose", "") + headers.get("X-Moz", "")
    return (
        request.method == "GET"
        and "preview" not in request.GET  # "as a stranger sees it", on the share sheet
        and "If-None-Match" not in headers
        and "prefetch" not in ahead
        and not MACHINES.search(headers.get("User-Agent", ""))
    )


@public
def image(request: HttpRequest, link: OpenLink, sha256: str) -> HttpResponseBase:
    """A picture without its metadata, as large as it came."""
    _, variant = opened.image_of(link, sha256)
    return picture(request, str(variant.file.name), variant.content_type, sha256)


@public
def thumbnail(request: HttpRequest, link: OpenLink, sha256: str, edge: int) -> HttpResponseBase:
    if edge not in imaging.THUMBNAIL_EDGES:
        raise Http404
    original, _ = opened.image_of(link, sha256)
    return picture(request, original.thumbnail_name(edge), "image/webp", f"{sha256}-{edge}")


@public
def preview(request: HttpRequest, link: OpenLink) -> HttpResponse:
    """The picture that chat programs show, also inside their own pages."""
    drawn = SharePreview.objects.filter(share=link.share).first()
    if not drawn:
        raise Http404
    response = _fresh(request, HttpResponse(bytes(drawn.png), content_type="image/png"))
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
