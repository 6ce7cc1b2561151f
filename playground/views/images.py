"""Pictures: taking one in for the composer, and serving what is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from playground import pictures
from playground.models import Image
from playground.tray import Tray, TrayEntry
from playground.visitors import visitor_of

if TYPE_CHECKING:
    from django.core.files import File
    from django.http import HttpRequest

FOREVER = "private, max-age=31536000, immutable"  # the address names the content
ASK_AGAIN = "private, no-cache"  # whoever signed out, or deleted it, sees it no more


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Take in one picture as soon as it is chosen; answers its tile, or why it was refused."""
    tray = Tray(visitor_of(request))
    file = request.FILES.get("image")
    if file:
        tray.add_file(file)
    if not tray.attached:
        words = tray.errors[0] if tray.errors else "The upload broke off. Add the image again."
        return HttpResponse(words, status=422, content_type="text/plain; charset=utf-8")
    return render(request, "_tray_image.html", {"entry": TrayEntry.of(tray.attached[0])})


def find_image(request: HttpRequest, sha256: str) -> Image:
    """Return the picture, if this visitor chose it or has a run that shows it; raises Http404."""
    return get_object_or_404(Image.objects.visible_to(visitor_of(request)), pk=sha256)


@require_safe
def original(request: HttpRequest, sha256: str) -> HttpResponse | FileResponse:
    image = find_image(request, sha256)
    return _served(request, str(image.file.name), image.content_type, sha256)


@require_safe
def thumbnail(request: HttpRequest, sha256: str, edge: int) -> HttpResponse | FileResponse:
    if edge not in pictures.THUMBNAIL_EDGES:
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
