"""Changes an image of the tray: a dialog where there is script, else a page that keeps the form."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_POST

from playground.accounts.visitor import visitor_of
from playground.composer.forms import ComposerForm
from playground.composer.image_edit import TURNS, EditFields, edited_name, original_of
from playground.composer.tray import Tray, TrayEntry
from playground.composer.views import filled
from playground.images import store
from playground.imaging import PictureRefused
from playground.imaging.edits import edited
from playground.submission.request import AttachedImage
from playground.web.fragments import is_fragment
from playground.web.params import number_or_none

GONE = "This image cannot be changed here: it is fetched when the run is sent. Upload it instead."
# Fields of the change; all others are the composer's and are handed on.
OWN = ("change", "turn", "turned", "edge", "quality", "csrfmiddlewaretoken", "tray")
OWN_PREFIXES = ("crop_", "cover_", "do_")


@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Show the fields, a preview of what they say, or put the changed image into the tray."""
    tray = Tray(visitor_of(request))
    tray.add_references([request.POST.get("change", "")])
    source = next((one for one in tray.attached if one.image), None)
    if not source or not source.image:
        return _refused(request, tray.words[0] if tray.words else GONE)
    fields = EditFields.posted(request.POST, (source.image.width, source.image.height))
    if "do_add" in request.POST:
        fields.add_cover()
    if "do_remove" in request.POST:
        fields.remove_cover(number_or_none(request.POST["do_remove"]) or 0)
    if "do_original" in request.POST:
        before = original_of(visitor_of(request), source.name)
        return _used(request, AttachedImage(before[0], name=before[1]) if before else source)
    made = _made(request, source, fields) if {"do_use", "do_preview"} & {*request.POST} else None
    if made and "do_use" in request.POST:
        return _used(request, made)
    return _shown(request, source, fields, made)


def _made(request: HttpRequest, source: AttachedImage, fields: EditFields) -> AttachedImage | None:
    """Store the changed image, unless there are errors; what was not changed stays."""
    if fields.errors:
        return None
    try:
        return _changed(request, source, fields)
    except PictureRefused as refused:
        fields.errors.append(str(refused))
    except FileNotFoundError:
        fields.errors.append(store.GONE)
    return None


def _changed(request: HttpRequest, source: AttachedImage, fields: EditFields) -> AttachedImage:
    """Raises PictureRefused and FileNotFoundError."""
    if not source.image or not fields.edit.words((0, 0)):
        return source
    data, size = edited(store.read(source.image), fields.edit)
    image = store.store(data, source.name, visitor_of(request).account)
    return AttachedImage(image, name=edited_name(source, fields.edit.words(size)))


def _shown(
    request: HttpRequest,
    source: AttachedImage,
    fields: EditFields,
    preview: AttachedImage | None,
) -> HttpResponse:
    """The fields again; with a preview where that was asked for."""
    context: dict[str, Any] = {
        "source": source,
        "reference": TrayEntry.of(source).reference,
        "fields": fields,
        "turns": TURNS,
        "has_original": original_of(visitor_of(request), source.name) is not None,
        "preview": preview,
    }
    if is_fragment(request):
        return render(request, "composer/_image_edit_dialog.html", context)
    context["kept"] = _kept(request.POST, _form(request))
    return render(request, "composer/image_edit.html", context)


def _form(request: HttpRequest) -> ComposerForm:
    """The composer's form as it was; its files are stored by looking at it."""
    form = ComposerForm(request.POST, request.FILES, visitor=visitor_of(request))
    form.is_valid()
    return form


def _kept(posted: QueryDict, form: ComposerForm) -> list[tuple[str, str]]:
    """Return the composer's fields, to be handed on by a page that shows others."""
    own = {name for name in posted if name in OWN or name.startswith(OWN_PREFIXES)}
    fields = [(name, value) for name in posted if name not in own for value in posted.getlist(name)]
    return [*fields, *(("tray", entry.reference) for entry in form.tray.entries)]


def _used(request: HttpRequest, image: AttachedImage) -> HttpResponse:
    """The tile of the new image; without script the composer with it in the place of the old."""
    entry = TrayEntry.of(image)
    if is_fragment(request):
        return render(request, "composer/_tray_images.html", {"entries": [entry]})
    posted = request.POST.copy()
    old = posted["change"]
    references = posted.getlist("tray")
    if old in references:
        references[references.index(old)] = entry.reference
    posted.setlist("tray", references)
    form = ComposerForm(posted, request.FILES, visitor=visitor_of(request))
    form.is_valid()
    form.errors.clear()  # nobody pressed Run
    return filled(request, form, status=200)


def _refused(request: HttpRequest, words: str) -> HttpResponse:
    if is_fragment(request):
        return HttpResponse(words, status=422, content_type="text/plain; charset=utf-8")
    form = _form(request)
    form.errors.clear()
    form.add_error("images", words)
    return filled(request, form)
