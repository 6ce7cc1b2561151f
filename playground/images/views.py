"""Serves the pictures that are stored, to whoever may see them."""

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from playground import imaging
from playground.accounts.visitor import visitor_of
from playground.images.models import Image
from playground.images.serving import ASK_AGAIN, picture

FOREVER = "private, max-age=31536000, immutable"  # the address names the content


def find_image(request: HttpRequest, sha256: str) -> Image:
    """Return the picture, if this visitor chose it or has a run that shows it; raises Http404."""
    return get_object_or_404(Image.objects.visible_to(visitor_of(request)), pk=sha256)


@require_safe
def original(request: HttpRequest, sha256: str) -> HttpResponseBase:
    image = find_image(request, sha256)
    return _served(request, str(image.file.name), image.content_type, sha256)


@require_safe
def thumbnail(request: HttpRequest, sha256: str, edge: int) -> HttpResponseBase:
    if edge not in imaging.THUMBNAIL_EDGES:
        raise Http404
    image = find_image(request, sha256)
    return _served(request, image.thumbnail_name(edge), "image/webp", f"{sha256}-{edge}")


def _served(request: HttpRequest, name: str, content_type: str, tag: str) -> HttpResponseBase:
    kept = FOREVER if visitor_of(request).local else ASK_AGAIN
    return picture(request, name, content_type, tag, kept)
