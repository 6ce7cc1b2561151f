"""The versions of a preset: the list with what two differ in, and bringing one back."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from playground.accounts.visibility import may_change
from playground.accounts.visitor import visitor_of
from playground.composer.presets import versions
from playground.composer.presets.library import content_of
from playground.composer.presets.models import Preset
from playground.composer.presets.views import find
from playground.web.responses import see_other

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


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
