"""Presets: the list, saving from the composer and from a run, and the links to them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from playground.accounts.visibility import may_change, refuse_lookers, refuse_removal
from playground.accounts.visitor import visitor_of
from playground.catalog import entries
from playground.comparisons.access import find_run
from playground.composer.forms import RunForm
from playground.composer.presets import library, versions
from playground.composer.presets.models import MAX_NAME_LENGTH, Preset
from playground.composer.views import filled
from playground.exports.responses import origin_of
from playground.web.params import line, uuid_or_none
from playground.web.responses import see_other

TOO_MANY = (
    f"There are {library.MAX_PRESETS} presets, and nothing was saved. Delete one of them first."
)
NO_PLACE = (
    f"There are {library.MAX_PRESETS} presets again. Delete one of them, then bring this one back."
)
NAMELESS = "A preset needs a name. Type one."
TAKEN = "Another preset has this name. Choose another one."


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """The list; POST saves what the composer holds, or with `run` what that run was asked."""
    if request.method != "POST":
        return _page(request)
    run_id = uuid_or_none(request.POST.get("run", ""))
    return _save_run(request, run_id) if "run" in request.POST else _save_form(request)


def _save_run(request: HttpRequest, run_id: Any) -> HttpResponse:
    content = library.content_of_run(find_run(request, run_id, to_read=True))
    try:
        library.save(content, visitor_of(request).account)
    except library.TooManyPresetsError:
        return _page(request, status=422, problem=TOO_MANY)
    return see_other("presets")


@require_POST
def change(request: HttpRequest, preset_id: int) -> HttpResponse:
    """Keep what the composer holds in the preset that it was filled from.

    Where another tab has deleted that, it becomes a new one.
    """
    mine = Preset.everything.visible_to(visitor_of(request))
    preset = get_object_or_404(mine, pk=preset_id)
    refuse_lookers(visitor_of(request), preset)
    return _save_form(request, None if preset.deleted_at else preset)


def _save_form(request: HttpRequest, preset: Preset | None = None) -> HttpResponse:
    """The composer again, as it was, with a word of what became of it."""
    form = RunForm(request.POST, request.FILES, visitor=visitor_of(request))
    if not form.is_valid():
        return filled(request, form)
    token = form.cleaned_data["form_token"]
    kept = {"form_token": token} if token else {}
    content = library.content_of_form(form)
    if preset:
        saved = versions.change(preset, content)
        return filled(request, form, status=200, saved=saved, **kept)
    try:
        project = form.cleaned_data["project"]
        saved = library.save(content, visitor_of(request).account, project=project)
    except library.TooManyPresetsError:
        form.add_error(None, TOO_MANY)
        return filled(request, form, **kept)
    return filled(request, form, status=200, saved=saved, **kept)


def _page(request: HttpRequest, *, status: int = 200, **extra: Any) -> HttpResponse:
    visitor = visitor_of(request)
    mine = Preset.objects.visible_to(visitor).select_related("project")
    rows = [_row(one) | {"may_change": may_change(visitor, one)} for one in mine]
    context: dict[str, Any] = {"presets": rows, "origin": origin_of(request)}
    deleted = request.GET.get("deleted", "") if request.method != "POST" else ""
    context["deleted"] = library.just_deleted(visitor_of(request), deleted)
    return render(request, "composer/presets/list.html", context | extra, status=status)


def _row(preset: Preset) -> dict[str, Any]:
    return {
        "preset": preset,
        "models": [entries.find(one) for one in preset.model_ids],
        "variables": library.variables_of(preset),
    }


def find(request: HttpRequest, preset_id: int) -> Preset:
    """Return the preset to be changed. Raises Http404, NotAllowedHereError."""
    preset = get_object_or_404(Preset.objects.visible_to(visitor_of(request)), pk=preset_id)
    refuse_lookers(visitor_of(request), preset)
    return preset


@require_POST
def rename(request: HttpRequest, preset_id: int) -> HttpResponse:
    preset, name = find(request, preset_id), line(request, "name", MAX_NAME_LENGTH)
    if not name:
        return _page(request, status=422, problem=NAMELESS, opened=preset.pk)
    try:
        library.rename(preset, name)
    except library.NameTakenError:
        return _page(request, status=422, problem=TAKEN, opened=preset.pk)
    return see_other("presets")


@require_POST
def delete(request: HttpRequest, preset_id: int) -> HttpResponse:
    """Hide it; the list offers to bring it back."""
    preset = find(request, preset_id)
    refuse_removal(visitor_of(request), preset)
    library.delete(preset)
    return see_other(f"{reverse('presets')}?deleted={preset_id}")


@require_POST
def restore(request: HttpRequest, preset_id: int) -> HttpResponse:
    mine = Preset.everything.visible_to(visitor_of(request))
    preset = get_object_or_404(mine, pk=preset_id)
    refuse_removal(visitor_of(request), preset)
    try:
        library.restore(preset)
    except library.TooManyPresetsError:
        return _page(request, status=422, problem=NO_PLACE, deleted=preset)
    return see_other("presets")


@require_POST
def share(request: HttpRequest, preset_id: int) -> HttpResponse:
    """Make its link, or with `off` end it."""
    preset = find(request, preset_id)
    if "off" in request.POST:
        library.unshare(preset)
    else:
        library.share(preset)
    return _page(request, opened=preset.pk)


def _shared(token: str) -> Preset:
    return get_object_or_404(Preset.objects.linked(token))


@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """What a link shows to whoever may use the playground."""
    return render(request, "composer/presets/shared.html", _row(_shared(token)) | {"token": token})


@require_POST
def copy(request: HttpRequest, token: str) -> HttpResponse:
    """Make the preset one's own. Later changes of either do not touch the other."""
    preset = _shared(token)
    try:
        library.save(library.content_of(preset), visitor_of(request).account, preset.name)
    except library.TooManyPresetsError:
        return _page(request, status=422, problem=TOO_MANY)
    return see_other("presets")
