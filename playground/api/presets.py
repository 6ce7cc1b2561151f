"""The API of presets: which there are, and what one fills in. starting.py starts runs with them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from playground.accounts.visitor import visitor_of
from playground.api.errors import as_json
from playground.api.operations import operation
from playground.api.replies import Preset as OnePreset
from playground.api.replies import PresetBrief, Presets
from playground.composer.parameters import axes_in
from playground.composer.presets.library import fields_of, variables_of
from playground.composer.presets.models import Preset
from playground.composer.presets.versions import options_of
from playground.exports import FORMAT
from playground.submission.option_fields import FIXED
from playground.submission.request import Options
from playground.submission.sweeps import values_in


def _found(request: HttpRequest) -> Any:
    return Preset.objects.visible_to(visitor_of(request)).select_related("project")


@operation("listPresets", answers={200: Presets})
def list_presets(request: HttpRequest) -> HttpResponse:
    """The presets that the token's owner sees, newest first."""
    items = [_brief(one) for one in _found(request)]
    body: Presets = {"format": FORMAT, "kind": "presets", "items": items}
    return as_json(body)


@operation("readPreset", answers={200: OnePreset})
def preset(request: HttpRequest, preset_id: int) -> HttpResponse:
    """A preset with all that it fills in."""
    found = get_object_or_404(_found(request), pk=preset_id)
    body: OnePreset = {
        "format": FORMAT,
        "kind": "preset",
        **_brief(found),
        "prompt": found.prompt,
        "system_prompt": found.system_prompt,
        "options": _options(found),
    }
    return as_json(body)


def _brief(preset: Preset) -> PresetBrief:
    project = preset.project
    return {
        "id": preset.pk,
        "name": preset.name,
        "link": preset.link,
        "version": preset.version,
        "saved_at": (preset.saved_at or preset.created_at).isoformat(),
        "project": {"id": project.pk, "name": project.name} if project else None,
        "models": preset.model_ids,
        "variables": variables_of(preset),
    }


def _options(preset: Preset) -> dict[str, Any]:
    """Return what it sets, as a new run takes it."""
    fields, options, usual = fields_of(preset), options_of(preset), Options()
    found = {name: getattr(options, name) for name in FIXED}
    found = {name: one for name, one in found.items() if one != getattr(usual, name)}
    found |= options.parameters
    swept = [
        {"over": over, "values": values_in(typed, over)} for over, typed in axes_in(fields).items()
    ]
    found |= {"sweep": swept if len(swept) > 1 else swept[0]} if swept else {}
    found |= {"repeats": fields["repeats"]} if fields.get("repeats", 1) != 1 else {}
    found |= {"blind": True} if fields.get("blind") else {}
    return found | ({"each_image": True} if fields.get("image_mode") == "each" else {})
