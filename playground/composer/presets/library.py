"""Keeps presets: saving, naming, sharing by a link, taking over what somebody shares."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import Truncator

from playground.accounts.audit.log import Kind, record
from playground.composer.parameters import axes_as, initial_of, sweep_of_before
from playground.composer.presets.models import MAX_NAME_LENGTH, Preset
from playground.storage.tokens import new_token
from playground.storage.writes import one_at_a_time, orderly_writes
from playground.submission.request import Options
from playground.submission.variables import names_in
from playground.web.formatting import first_line
from playground.web.params import number_or_none

if TYPE_CHECKING:
    from collections.abc import Callable

    from playground.accounts.models import Account
    from playground.accounts.visitor import Visitor
    from playground.composer.forms import RunForm
    from playground.composer.presets.models import Filling
    from playground.runs.models.run import Run

UNDO_LIFETIME = timedelta(seconds=60)  # after it was deleted
MAX_PRESETS = 200  # presets of one owner
MAX_NAMES_TRIED = 50


class TooManyPresetsError(Exception):
    """There are MAX_PRESETS presets."""


class NameTakenError(Exception):
    """Another preset of this owner has this name."""


@dataclass(frozen=True)
class Content:
    """What a preset fills in. options: by the names of the composer's fields."""

    prompt: str
    system_prompt: str = ""
    model_ids: list[str] = field(default_factory=list)
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()

    @property
    def title(self) -> str:
        return first_line(self.prompt)


def content_of_form(form: RunForm) -> Content:
    """Return what a valid form holds, variables unfilled."""
    data = form.cleaned_data
    options: dict[str, Any] = initial_of(form.options())
    sweep = form.sweep()
    options |= {"sweep_of": sweep.over, "sweep_values": ""} | axes_as(sweep.axes.items())
    options |= {"repeats": data["repeats"] or 1, "blind": data["blind"]}
    options["image_mode"] = data["image_mode"] or "together"
    options |= {"as_text": True} if data["as_text"] else {}
    return Content(data["prompt"], data["system_prompt"], data["models"], options)


def content_of_run(run: Run) -> Content:
    options = initial_of(Options.of(run))
    options |= {"as_text": True} if names_in(run.prompt, run.system_prompt) else {}
    return Content(run.prompt, run.system_prompt, [run.model_id], options)


def content_of(filling: Filling) -> Content:
    return Content(filling.prompt, filling.system_prompt, filling.model_ids, filling.options)


def fields_of(filling: Filling) -> dict[str, Any]:
    names = ("prompt", "system_prompt")
    texts = {name: getattr(filling, name) for name in names} | {"models": filling.model_ids}
    return {**filling.options, **sweep_of_before(filling.options), **texts}


def variables_of(filling: Filling) -> list[str]:
    """Return the names of what is asked for before each run."""
    as_text = filling.options.get("as_text")
    return [] if as_text else names_in(filling.prompt, filling.system_prompt)


def find_preset(visitor: Visitor, wanted: str) -> Preset | None:
    """Return the preset of this number, if it is the visitor's, or of this link."""
    if (number := number_or_none(wanted, 18)) is not None:
        return Preset.objects.visible_to(visitor).filter(pk=number).first()
    if not wanted or "\x00" in wanted:
        return None
    return Preset.objects.linked(wanted[:64]).first()


def save(
    content: Content, owner: Account | None, name: str = "", project: int | None = None
) -> Preset:
    """Keep it under this name, or its first line, with a number where that is taken.

    The same content again is the preset that is there. project: whose members see it, where the
    owner works. Raises TooManyPresetsError.
    """
    mine = Preset.objects.of(owner)
    with one_at_a_time("presets"):
        known = mine.filter(digest=content.digest, project=project).first()
        if not known and mine.count() >= MAX_PRESETS:
            raise TooManyPresetsError
        return known or _added(content, owner, name, project)


def _added(content: Content, owner: Account | None, name: str, project: int | None) -> Preset:
    name = Truncator(name or content.title).chars(MAX_NAME_LENGTH - 4)
    values = asdict(content) | {"owner": owner, "digest": content.digest, "project_id": project}
    add = partial(Preset.objects.create, **values)
    return _named(name, add) or add(name=secrets.token_hex(8))


def _named(name: str, write: Callable[..., Any]) -> Any:
    """Write it under this name, with the next number where that is taken; None where all are."""
    short = Truncator(name).chars(MAX_NAME_LENGTH - 4)
    for number in range(1, MAX_NAMES_TRIED):
        try:
            with transaction.atomic():
                return write(name=name if number == 1 else f"{short} {number}")
        except IntegrityError:
            continue
    return None


def delete(preset: Preset) -> None:
    """Hide it at once; `restore` takes that back, and the sweep removes it after UNDO_LIFETIME."""
    Preset.objects.filter(pk=preset.pk).update(deleted_at=timezone.now())


def just_deleted(visitor: Visitor, wanted: str) -> Preset | None:
    """Return the deleted preset of this number, as long as that can be taken back."""
    recent = Preset.everything.filter(deleted_at__gt=timezone.now() - UNDO_LIFETIME)
    return recent.visible_to(visitor).filter(pk=number_or_none(wanted, 18) or 0).first()


def restore(preset: Preset) -> None:
    """Bring it back; with a number behind its name where another one has that by now.

    Raises TooManyPresetsError.
    """
    with one_at_a_time("presets"):
        if preset.deleted_at and Preset.objects.of(preset.owner).count() >= MAX_PRESETS:
            raise TooManyPresetsError
        deleted = Preset.everything.filter(pk=preset.pk)
        _named(preset.name, partial(deleted.update, deleted_at=None))


def sweep() -> None:
    Preset.everything.filter(deleted_at__lt=timezone.now() - UNDO_LIFETIME).delete()


def rename(preset: Preset, name: str) -> None:
    """Raises NameTakenError."""
    try:
        with transaction.atomic():
            Preset.objects.filter(pk=preset.pk).update(name=name)
    except IntegrityError:
        raise NameTakenError from None


def share(preset: Preset) -> None:
    """Give it a link, unless it has one. Whoever has the link may take a copy."""
    unshared = Preset.objects.filter(pk=preset.pk, link__isnull=True)
    with orderly_writes(), transaction.atomic():
        if unshared.update(link=new_token(), is_used=True):
            record(Kind.LINK_MADE, detail=f"to preset {preset.pk}")


def unshare(preset: Preset) -> None:
    shared = Preset.objects.filter(pk=preset.pk, link__isnull=False)
    with orderly_writes(), transaction.atomic():
        if shared.update(link=None):
            record(Kind.LINK_REVOKED, detail=f"to preset {preset.pk}")
