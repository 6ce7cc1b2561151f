"""The versions of a preset: which one is edited, how the next begins, what two differ in.

A version is edited in place until a run or a link uses it; the first change after that begins the
next.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from playground.catalog import entries
from playground.comparisons.diff.inputs import Inputs, input_differences
from playground.comparisons.diff.words import word_diff
from playground.composer.forms import IMAGE_MODES
from playground.composer.options_form import OptionsForm
from playground.composer.parameters import axes_in, sweep_of_before
from playground.composer.presets.library import content_of
from playground.composer.presets.models import Preset, PresetVersion
from playground.providers.parameters.listed import SWEPT, written
from playground.storage.writes import one_at_a_time
from playground.submission.request import Options
from playground.web.params import number_or_none

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playground.accounts.visitor import Visitor
    from playground.comparisons.diff.words import Change
    from playground.composer.presets.library import Content
    from playground.composer.presets.models import Filling

MAX_VERSIONS = 50  # of one preset, with the newest; the oldest go
TEXTS = {"prompt": "prompt", "system_prompt": "system prompt"}


def change(preset: Preset, content: Content, *, begin: bool = False) -> Preset:
    """Put this in place of what it fills in and return it; its name and its link stay.

    begin: as the next version, also where none has used this one.
    """
    with one_at_a_time("presets"):
        now = Preset.everything.select_for_update().filter(pk=preset.pk).first()
        if not now or now.digest == content.digest:
            return preset
        if begin or now.is_used:
            _begin_next(now)
        for name, value in asdict(content).items():
            setattr(now, name, value)
        now.digest, now.saved_at = content.digest, timezone.now()
        now.save()
    return now


def _begin_next(preset: Preset) -> None:
    newest_of(preset).save()
    preset.version += 1
    preset.is_used = bool(preset.link)  # whoever has the link sees the new one
    preset.versions.filter(number__lte=preset.version - MAX_VERSIONS).delete()


def note_use(visitor: Visitor, wanted: str) -> None:
    """Keep the version that a press was filled from: it is edited in place no more."""
    if number := number_or_none(wanted, 18):
        presets = Preset.objects.visible_to(visitor)
        presets.filter(pk=number, is_used=False).update(is_used=True)


def newest_of(preset: Preset) -> PresetVersion:
    """Return what the preset holds, as a version that is not kept yet."""
    return PresetVersion(
        preset=preset,
        number=preset.version,
        created_at=preset.saved_at or preset.created_at,
        **asdict(content_of(preset)),
    )


def all_of(preset: Preset) -> list[PresetVersion]:
    return [newest_of(preset), *preset.versions.all()]


def chosen_of(versions: list[PresetVersion], asked: Mapping[str, str]) -> list[PresetVersion]:
    """Return the two to compare, the older first; one where the same was chosen twice.

    Without a choice these are the newest and the one before.
    """
    numbered = {str(one.number): one for one in versions}
    first = numbered.get(asked.get("first", ""), versions[:2][-1])
    second = numbered.get(asked.get("second", ""), versions[0])
    return sorted({one.number: one for one in (first, second)}.values(), key=lambda one: one.number)


def options_of(version: Filling) -> Options:
    """Return what goes beside its prompt; the usual where it can be sent no more."""
    form = OptionsForm(version.options)
    return form.options() if form.is_valid() else Options()


@dataclass(frozen=True)
class Difference:
    """What two versions do not share: label, first and second of each prompt and setting."""

    first: PresetVersion
    second: PresetVersion
    texts: list[tuple[str, str, str]]
    facts: list[tuple[str, str, str]]

    @property
    def changed(self) -> list[str]:
        return [label for label, *_values in (*self.texts, *self.facts)]

    @property
    def words(self) -> list[tuple[str, list[Change]]]:
        return [(label, word_diff(old, new)) for label, old, new in self.texts]


def difference(first: PresetVersion, second: PresetVersion) -> Difference:
    texts = [(TEXTS[name], getattr(first, name), getattr(second, name)) for name in TEXTS]
    found = input_differences([_inputs_of(first), _inputs_of(second)]).different
    facts = [(one.label, one.values[0], one.values[1]) for one in found if one.field not in TEXTS]
    before, after = (_of_form(one.options) for one in (first, second))
    facts += [(name, old, after[name]) for name, old in before.items() if old != after[name]]
    return Difference(first, second, [one for one in texts if one[1] != one[2]], facts)


def _inputs_of(version: PresetVersion) -> Inputs:
    values = asdict(options_of(version))
    parameters = values.pop("parameters")
    return Inputs(
        model=", ".join(entries.find(one).name for one in version.model_ids),
        prompt=version.prompt,
        system_prompt=version.system_prompt,
        parameters={name: written(parameters, name) for name in parameters},
        **values,
    )


def _of_form(options: Mapping[str, Any]) -> dict[str, str]:
    """Return the rest of what the composer is filled with, in words."""
    options = {**options, **sweep_of_before(options)}
    swept = [f"{SWEPT[over].label}: {values}" for over, values in axes_in(options).items()]
    return {
        "sweep": "; ".join(swept) or "none",
        "repeats": str(options.get("repeats") or 1),
        "images": dict(IMAGE_MODES)[options.get("image_mode") or "together"],
        "blind": "on" if options.get("blind") else "off",
        "variables": "sent as they are" if options.get("as_text") else "asked for",
    }
