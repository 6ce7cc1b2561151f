"""Answers a stored picture as nothing but a picture, whatever is in the file."""

from collections.abc import Callable

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response

ASK_AGAIN = "private, no-cache"  # whoever signed out, or deleted it, sees it no more


def picture(
    request: HttpRequest, name: str, content_type: str, tag: str, cached: str = ASK_AGAIN
) -> HttpResponseBase:
    """Answer the file of this name under our own type. tag: names its content."""
    try:
        kept = _kept(request, tag)
        response = kept or FileResponse(default_storage.open(name, "rb"), content_type=content_type)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise Http404 from error
    return _harmless(response, tag, cached)


def drawn_picture(
    request: HttpRequest, tag: str, content_type: str, draw: Callable[[], bytes]
) -> HttpResponseBase:
    """Answer a picture that is drawn only where the browser does not have it."""
    response = _kept(request, tag) or HttpResponse(draw(), content_type=content_type)
    return _harmless(response, tag, ASK_AGAIN)


def _kept(request: HttpRequest, tag: str) -> HttpResponseBase | None:
    kept: HttpResponseBase | None = get_conditional_response(request, f'"{tag}"')
    return kept


def _harmless(response: HttpResponseBase, tag: str, cached: str) -> HttpResponseBase:
    etag = f'"{tag}"'
    response["Content-Disposition"] = "inline"  # without our own name for the file
    response["ETag"], response["Cache-Control"] = etag, cached
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
