"""Takes in images before what names them: kept for a day, and longer where they are used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.accounts.visitor import visitor_of
from playground.api.bodies import FILES, form, one_of
from playground.api.errors import Refused, as_json
from playground.api.operations import operation
from playground.api.replies import KeptImage, KeptImages
from playground.api.types import NewImages
from playground.composer.pdf_pages import FirstPages
from playground.composer.tray import Tray
from playground.exports import FORMAT
from playground.imaging.pdf import DEFAULT_DPI

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

NONE_SENT = "Send the images as files."
WRONG = "An image was not kept: see `fields`."


@operation("keepImages", form=NewImages, answers={201: KeptImages})
def images(request: HttpRequest) -> HttpResponse:
    """Keep images, to name them by their ids in an experiment.

    At most 16 in one request; where one is refused, none counts as kept. What nothing uses is
    deleted after a day.
    """
    one_of(request, "multipart/form-data")
    values, wrong = form(request, NewImages)
    pages = FirstPages(values.get("pages", ""), values.get("dpi", DEFAULT_DPI))
    tray = Tray(visitor_of(request), pages=pages)
    if not wrong:
        tray.add_files(request.FILES.getlist(FILES))
    if tray.words or not (tray.attached or wrong):
        wrong[FILES] = tray.words or [NONE_SENT]
    if wrong:
        raise Refused(422, "invalid", WRONG, wrong)
    kept = [(one.image, one.name) for one in tray.attached if one.image]
    items: list[KeptImage] = [
        {"id": image.pk, "name": name, "width": image.width, "height": image.height}
        for image, name in kept
    ]
    body: KeptImages = {"format": FORMAT, "kind": "images", "items": items}
    return as_json(body, 201)
