"""Serves the pictures that are stored, to whoever may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from playground import imaging
from playground.accounts.visitor import visitor_of
from playground.images.models import Image

if TYPE_CHECKING:
    from django.core.files import File
    from django.http import HttpRequest

FOREVER = "private, max-age=31536000, immutable"  # the address names the content
ASK_AGAIN = "private, no-cache"  # whoever signed out, or deleted it, sees it no more


def find_image(request: HttpRequest, sha256: str) -> Image:
    """Return the picture, if this visitor chose it or has a run that shows it; raises Http404."""
    return get_object_or_404(Image.objects.visible_to(visitor_of(request)), pk=sha256)


@require_safe
def original(request: HttpRequest, sha256: str) -> HttpResponse | FileResponse:
    image = find_image(request, sha256)
    return _served(request, str(image.file.name), image.content_type, sha256)


@require_safe
def thumbnail(request: HttpRequest, sha256: str, edge: int) -> HttpResponse | FileResponse:
    if edge not in imaging.THUMBNAIL_EDGES:
        raise Http404
    image = find_image(request, sha256)
    return _served(request, image.thumbnail_name(edge), "image/webp", f"{sha256}-{edge}")


def _opened(name: str) -> File[bytes]:
    try:
        return default_storage.open(name, "rb")
    except FileNotFoundError as error:
        raise Http404 from error


def _served(
    request: HttpRequest, name: str, content_type: str, tag: str
) -> HttpResponse | FileResponse:
    """Answer a stored file under our own type, as nothing but a picture."""
    etag = f'"{tag}"'
    response: HttpResponse | FileResponse
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponse(status=304)
    else:
        response = FileResponse(_opened(name), content_type=content_type)
    response["Content-Disposition"] = "inline"  # without our own name for the file
    kept = FOREVER if visitor_of(request).local else ASK_AGAIN
    response["ETag"], response["Cache-Control"] = etag, kept
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
