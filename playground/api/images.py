"""Takes in images before what names them: kept for a day, and longer where they are used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, JsonResponse

from playground.accounts.visitor import visitor_of
from playground.api.authentication import for_programs
from playground.api.errors import Refused
from playground.api.parsing import UNKNOWN
from playground.composer.pdf_pages import FirstPages
from playground.composer.tray import Tray
from playground.exports import FORMAT
from playground.imaging.pdf import DEFAULT_DPI, DPIS

if TYPE_CHECKING:
    from django.http import HttpRequest

FIELDS = ("images", "pages", "dpi")
WRONG_DPI = "This has to be 100, 150, 200 or 300."
NONE_SENT = "Send the images as files."
WRONG = "An image was not kept: see `fields`."


@for_programs("POST")
def images(request: HttpRequest) -> HttpResponse:
    """201 with the id of each; where one is refused, all are sent again."""
    if request.content_type != "multipart/form-data":
        raise Refused(415, "media_type", "Send multipart/form-data with the images as files.")
    names = [name for name in (*request.POST, *request.FILES) if name not in FIELDS]
    wrong = dict.fromkeys(names, UNKNOWN)
    dpi = request.POST.get("dpi") or str(DEFAULT_DPI)
    if dpi not in map(str, DPIS):
        wrong["dpi"] = [WRONG_DPI]
    pages = FirstPages(request.POST.get("pages", ""), DEFAULT_DPI if wrong else int(dpi))
    tray = Tray(visitor_of(request), pages=pages)
    if not wrong:
        tray.add_files(request.FILES.getlist("images"))
    if tray.words or not (tray.attached or wrong):
        wrong["images"] = tray.words or [NONE_SENT]
    if wrong:
        raise Refused(422, "invalid", WRONG, wrong)
    kept = [(one.image, one.name) for one in tray.attached if one.image]
    items = [
        {"id": image.pk, "name": name, "width": image.width, "height": image.height}
        for image, name in kept
    ]
    body = {"format": FORMAT, "kind": "images", "items": items}
    return JsonResponse(body, status=201, json_dumps_params={"ensure_ascii": False})
