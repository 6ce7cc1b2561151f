"""Starts what a program asks: by the composer's own form, which says what of it cannot be asked."""

from __future__ import annotations

import json
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from msgspec import to_builtins

from playground.api.bodies import FILES, given, twice
from playground.api.errors import Refused
from playground.api.types import NewImage, NewRun
from playground.composer.follow_up import form_of
from playground.composer.parameters import AXES, axes_as, axes_in
from playground.composer.presets.library import fields_of, find_preset
from playground.composer.presets.versions import note_use
from playground.composer.tray import name_of_file
from playground.providers.parameters.listed import PARAMETERS, SWEPT
from playground.submission import create
from playground.submission.variables import names_in
from playground.web.field_types import checked
from playground.web.params import PREFIX, from_base64

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from django.core.files.uploadedfile import UploadedFile
    from django.http import HttpRequest

    from playground.accounts.visitor import Visitor
    from playground.composer.follow_up import FollowUpForm
    from playground.composer.forms import RunForm
    from playground.runs.models.comparison import Comparison
    from playground.runs.models.run import Run
    from playground.submission.follow_up import FollowUp
    from playground.submission.request import RunRequest

REUSED = "This key was already sent with other content. Send this with a new key."
SPENT = "What this key started was deleted. Nothing was started. To run it again, send a new key."
NO_DATA = ("It has no data. Send the file as base64.",)
WRONG = "Nothing was started: see `fields`."
NO_PRESET = "There is no such preset, or it is not yours."
# As the form calls them.
FORM_NAMES = {"idempotency_key": "form_token", "each_image": "image_mode"}
SWEEP = tuple(chain(*AXES))


def start(request: HttpRequest, visitor: Visitor) -> tuple[Run | Comparison, bool]:
    """Return what was started, and whether it was now and not by the same key before.

    Raises Refused with all that is wrong.
    """
    values, wrong = given(request, NewRun)
    try:
        asked = _asked(request, visitor, values, wrong)
        note_use(visitor, str(values.get("preset", "")))
        started, made = create.press(asked, visitor.account)
        return started, bool(made)
    except create.NoProjectError:
        raise Refused(422, "invalid", WRONG, {"project": [create.NO_PROJECT]}) from None
    except create.TokenReusedError:
        raise Refused(409, "key_reused", REUSED) from None
    except create.TokenSpentError:
        raise Refused(409, "key_spent", SPENT) from None


def _asked(
    request: HttpRequest, visitor: Visitor, given: Mapping[str, Any], wrong: dict[str, list[str]]
) -> RunRequest | FollowUp:
    values = {**given}
    sent = [*_files_of(values.pop("images", []), wrong), *request.FILES.getlist(FILES)]
    files: MultiValueDict[str, UploadedFile[Any]] = MultiValueDict({FILES: sent})
    values |= _sweep(values.pop("sweep", None), wrong)
    fills = not values.get("follows") and bool({"preset", "variables"} & {*values, *wrong})
    data = _filled_in(values, visitor, wrong) if fills else QueryDict(mutable=True)
    form = form_of(_as_form(values, data), files, visitor, fills=fills)
    said = _said(form) | named_twice(values.get("models", [])) | wrong
    if said:
        raise Refused(422, "invalid", WRONG, said)
    return form.asked()


def _filled_in(values: dict[str, Any], visitor: Visitor, wrong: dict[str, list[str]]) -> QueryDict:
    """Return the form with what a preset fills in, and the variables; takes both out of the values.

    Its sweep gives way to another one, and to a value of what it sweeps over.
    """
    data, typed = QueryDict(mutable=True), values.pop("variables", {})
    wanted = values.pop("preset", None)
    preset = find_preset(visitor, str(wanted)) if wanted is not None else None
    if wanted is not None and not preset:
        wrong["preset"] = [NO_PRESET]
    if "preset" in wrong:  # what it would have filled in is not missing
        raise Refused(422, "invalid", WRONG, wrong)
    filled = fields_of(preset) if preset else {}
    if values.keys() & {*SWEEP, *axes_in(filled)}:
        filled = {name: one for name, one in filled.items() if name not in SWEEP}
    for name, value in filled.items():
        if value not in (None, False, ""):
            data.setlist(name, value if isinstance(value, list) else [str(value)])
    for name, text in typed.items():
        data[PREFIX + name] = text
    asked = filled | values
    texts = [str(asked.get(name, "")) for name in ("prompt", "system_prompt")]
    unknown = [name for name in typed if filled.get("as_text") or name not in names_in(*texts)]
    if unknown:
        wrong["variables"] = [f"{name} is no variable of the prompts." for name in unknown]
    return data


def _said(form: RunForm | FollowUpForm) -> dict[str, list[str]]:
    """By the names that a program sent; what is about no field is about the whole."""
    names = {inner: name for name, inner in FORM_NAMES.items()} | dict.fromkeys(SWEEP, "sweep")
    said: dict[str, list[str]] = {}
    for name, words in form.errors.items():
        place = "variables" if name.startswith(PREFIX) else names.get(name, name)
        said.setdefault(place, []).extend(map(str, words))
    return said


def _as_form(values: Mapping[str, Any], data: QueryDict) -> QueryDict:
    """Put the values in as the form has them: lists by lines, objects as JSON, false left out."""
    for name, value in values.items():
        inner = FORM_NAMES.get(name, name)
        data.pop(inner, None)
        if name in PARAMETERS:
            data[inner] = PARAMETERS[name].kind.written(value)
        elif name == "models":
            data.setlist(inner, value)
        elif name == "each_image":
            data[inner] = "each" if value else "together"
        elif isinstance(value, list):
            data[inner] = "\n".join(map(str, value))
        elif isinstance(value, dict):
            data[inner] = json.dumps(value, ensure_ascii=False)
        elif value is not False:
            data[inner] = str(value)
    return data


def _sweep(asked: Any, wrong: dict[str, list[str]]) -> dict[str, str]:
    """Return a sweep as the form has it, and note a value that its option cannot have."""
    axes: list[tuple[str, tuple[Any, ...]]] = []
    for one in to_builtins(asked if isinstance(asked, list) else [asked] if asked else []):
        kind = SWEPT[one["over"]].kind
        try:
            values = tuple(None if value is None else kind.check(value) for value in one["values"])
        except (ValueError, TypeError, RecursionError):
            wrong["sweep"] = [f"Each value has to be {kind.words}, or null."]
            return {}
        axes.append((one["over"], values))
    return axes_as(axes)


def named_twice(models: Sequence[str]) -> dict[str, list[str]]:
    """Say that a model is named twice: it would be paid once, and looked for in two columns."""
    names = ", ".join(twice(model.strip() for model in models))
    words = f"Name each model once: {names} is there twice. Send one request for each."
    return {"models": [words]} if names else {}


def _files_of(images: Sequence[Any], wrong: dict[str, list[str]]) -> Iterator[UploadedFile[Any]]:
    """Give the images of a JSON body as files, and note the first that is none."""
    for number, image in enumerate(images, start=1):
        fields, said = checked(NewImage, image)
        try:
            data = from_base64(fields.get("data", ""))
        except ValueError:
            said["data"] = "The data is not base64. Encode it again."
        if said or "data" not in fields:
            wrong["images"] = [f"Image {number}: {words}" for words in said.values() or NO_DATA]
            return
        name = name_of_file(fields.get("name", "")) or f"image-{number}"
        yield SimpleUploadedFile(name, data)
