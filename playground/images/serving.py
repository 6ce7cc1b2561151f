"""Answers a stored picture as nothing but a picture, whatever is in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.utils.cache import get_conditional_response

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

ASK_AGAIN = "private, no-cache"  # whoever signed out, or deleted it, sees it no more


def picture(
    request: HttpRequest, name: str, content_type: str, tag: str, cached: str = ASK_AGAIN
) -> HttpResponseBase:
    """Answer the file of this name under our own type. tag: names its content."""
    etag = f'"{tag}"'
    try:
        kept: HttpResponseBase | None = get_conditional_response(request, etag)
        response = kept or FileResponse(default_storage.open(name, "rb"), content_type=content_type)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise Http404 from error
    response["Content-Disposition"] = "inline"  # without our own name for the file
    response["ETag"], response["Cache-Control"] = etag, cached
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
