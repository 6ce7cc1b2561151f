"""Takes in one picture, a PDF or addresses as soon as they are chosen for the composer."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from playground.accounts.visitor import visitor_of
from playground.composer.pdf_pages import PdfChoice
from playground.composer.tray import Tray
from playground.images import pdfs
from playground.images.models import PdfFile
from playground.images.serving import drawn_picture
from playground.imaging import PictureRefused, pdf

NO_PAGES = "Choose a page at least."
NO_ADDRESS = "Give the address of an image, one a line."


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Take in one picture as soon as it is chosen, or addresses, one a line; answers their tiles.

    422 with why it was refused: then nothing of it is taken. Addresses are not fetched yet. A PDF
    is answered with a dialog for its pages.
    """
    tray = Tray(visitor_of(request))
    file, addresses = request.FILES.get("image"), request.POST.get("addresses")
    if file:
        tray.add_file(file)
    elif addresses is not None:
        tray.add_addresses(addresses, as_address="as_address" in request.POST)
    if tray.pdfs and not tray.words:
        return render(request, "composer/_pdf_dialog.html", {"choice": tray.pdfs[0]})
    nothing = "The upload broke off. Add the image again."
    return _tiles(request, tray, nothing if addresses is None else NO_ADDRESS)


@require_POST
def pdf_pages(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Make images of the chosen pages and answer their tiles, or show another sheet of pages."""
    file = get_object_or_404(PdfFile.objects.visible_to(visitor_of(request)), pk=key)
    choice = PdfChoice.of(file, request.POST, request.POST.getlist(f"page-{key}"))
    if choice.turns:
        return render(request, "composer/_pdf_choice.html", {"choice": choice})
    tray = Tray(visitor_of(request))
    tray.add_pdfs([choice])
    return _tiles(request, tray, NO_PAGES)


@require_safe
def pdf_sheet(request: HttpRequest, key: uuid.UUID, number: int) -> HttpResponseBase:
    """The pages of one sheet in one picture, drawn when it is asked for."""
    file = get_object_or_404(PdfFile.objects.visible_to(visitor_of(request)), pk=key)
    choice = PdfChoice(file, sheet=number)
    if not 1 <= number <= choice.sheets:
        raise Http404
    try:
        return drawn_picture(
            request,
            f"{key}-{number}",
            "image/webp",
            lambda: pdf.sheet(pdfs.read(file), range(choice.start, choice.last + 1)),
        )
    except (PictureRefused, FileNotFoundError):
        return HttpResponse(status=404)  # the numbers beside it can be chosen all the same


def _tiles(request: HttpRequest, tray: Tray, nothing: str) -> HttpResponse:
    if tray.words or not tray.attached:
        words = "\n".join(tray.words) or nothing
        return HttpResponse(words, status=422, content_type="text/plain; charset=utf-8")
    return render(request, "composer/_tray_images.html", {"entries": tray.entries})
