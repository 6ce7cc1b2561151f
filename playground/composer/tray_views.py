"""Takes in one picture, or addresses, as soon as they are chosen for the composer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from playground.accounts.visitor import visitor_of
from playground.composer.tray import Tray

if TYPE_CHECKING:
    from django.http import HttpRequest

NO_ADDRESS = "Give the address of an image, one a line."


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Take in one picture as soon as it is chosen, or addresses, one a line; answers their tiles.

    422 with why it was refused: then nothing of it is taken. Addresses are not fetched yet.
    """
    tray = Tray(visitor_of(request))
    file, addresses = request.FILES.get("image"), request.POST.get("addresses")
    if file:
        tray.add_file(file)
    elif addresses is not None:
        tray.add_addresses(addresses, as_address="as_address" in request.POST)
    if tray.words or not tray.attached:
        nothing = "The upload broke off. Add the image again."
        words = "\n".join(tray.words) or (nothing if addresses is None else NO_ADDRESS)
        return HttpResponse(words, status=422, content_type="text/plain; charset=utf-8")
    return render(request, "composer/_tray_images.html", {"entries": tray.entries})
