"""The versions of a preset: the list with what two differ in, bringing one back, and an experiment
with two of them on the images of the composer.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import Truncator
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from playground.accounts.visibility import may_change
from playground.accounts.visitor import visitor_of
from playground.composer.forms import ComposerForm, variables_of
from playground.composer.presets import versions
from playground.composer.presets.library import content_of
from playground.composer.presets.models import Preset
from playground.composer.presets.views import find
from playground.composer.views import filled
from playground.experiments import cases, test_sets
from playground.experiments.cases import Content
from playground.experiments.models.test_set import MAX_NAME_LENGTH
from playground.storage.tokens import new_token
from playground.storage.writes import orderly_writes
from playground.web.fragments import is_fragment
from playground.web.responses import see_other

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from playground.accounts.models import Account
    from playground.experiments.models.test_set import Version

NO_IMAGES = (
    "Upload an image first. Versions are put side by side on images that are kept here; an address "
    "is fetched by Run alone. Nothing was sent."
)


@require_safe
def show(request: HttpRequest, preset_id: int) -> HttpResponse:
    """All versions; `first` and `second` say which two are compared."""
    visitor = visitor_of(request)
    mine = Preset.objects.visible_to(visitor).select_related("project")
    preset = get_object_or_404(mine, pk=preset_id)
    found = versions.all_of(preset)
    chosen = versions.chosen_of(found, request.GET)
    changed = [versions.difference(old, new).changed for new, old in pairwise(found)]
    asked = [one for one in found[1:] if str(one.number) == request.GET.get("back", "")]
    back = [one.number for one in asked if content_of(one) == content_of(preset)]
    context = {
        "preset": preset,
        "rows": list(zip(found, [*changed, []], strict=True)),
        "chosen": [one.number for one in chosen],
        "difference": versions.difference(*chosen) if len(chosen) == 2 else None,
        "back": back[0] if back else None,
        "most": versions.MAX_VERSIONS,
        "may_change": may_change(visitor, preset),
    }
    return render(request, "composer/presets/versions.html", context)


@require_POST
def bring_back(request: HttpRequest, preset_id: int, number: int) -> HttpResponse:
    """Make what an old version holds the newest one."""
    preset = find(request, preset_id)
    found = {one.number: one for one in versions.all_of(preset)}
    if number not in found:
        raise Http404
    versions.change(preset, content_of(found[number]), begin=True)
    return see_other(f"{reverse('preset-versions', args=[preset_id])}?back={number}")


@require_POST
def side_by_side(request: HttpRequest, preset_id: int) -> HttpResponse:
    """Set an experiment up: the two newest versions as columns, the composer's images as cases."""
    visitor = visitor_of(request)
    preset = get_object_or_404(Preset.objects.visible_to(visitor), pk=preset_id)
    form = ComposerForm(request.POST, request.FILES, visitor=visitor)
    form.is_valid()
    for name in set(form.errors) - {"images"}:
        del form.errors[name]  # only the images are taken
    attached = form.tray.attached
    if not form.errors and not (attached and all(one.image for one in attached)):
        form.add_error("images", NO_IMAGES)
    try:
        version = None if form.errors else _test_set(form, preset, visitor.account)
    except test_sets.TooManyTestSetsError:
        form.add_error("images", test_sets.TOO_MANY)
    if form.errors or not version:
        return filled(request, form, form_token=form.cleaned_data["form_token"] or new_token())
    query = {"preset": preset.pk, "test_set": version.test_set_id}
    query |= {"project": project} if (project := form.cleaned_data.get("project")) else {}
    address = f"{reverse('experiment-new')}?{urlencode(query)}"
    return HttpResponseClientRedirect(address) if is_fragment(request) else see_other(address)


def _test_set(form: ComposerForm, preset: Preset, owner: Account | None) -> Version:
    """Keep the images as cases as Run would send them: all in one, or one in each."""
    images = [(one.image, one.name) for one in form.tray.attached if one.image]
    values = {one.name: one.value for one in variables_of(form) if one.value.strip()}
    is_each = form.cleaned_data.get("image_mode") == "each"
    rows = [(one,) for one in images] if is_each else [tuple(images)]
    name = Truncator(f"Images for {preset.name}").chars(MAX_NAME_LENGTH)
    with orderly_writes(), transaction.atomic():
        project = form.cleaned_data.get("project")
        version = test_sets.create(name, owner, "from the composer", project)
        cases.append(version, [Content(images=row, variables=values) for row in rows], 0)
    return version
