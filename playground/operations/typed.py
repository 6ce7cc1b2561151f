"""What `manage.py run` was given, checked by the composer's own form."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.base import CommandError
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from playground import imaging
from playground.api.starting import named_twice
from playground.catalog import offered
from playground.composer.follow_up import form_of
from playground.composer.parameters import AXES
from playground.operations.terminal import harmless
from playground.providers.parameters.listed import PARAMETERS
from playground.web.field_types import SURROGATE

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from playground.accounts.visitor import Visitor
    from playground.providers.parameters.listed import Parameter
    from playground.submission import request
    from playground.submission.follow_up import FollowUp

REFUSED = 2  # the command's code where nothing was started

MAX_INPUT_BYTES = 4_000_000  # bytes of standard input


def asked_of(options: dict[str, Any], visitor: Visitor) -> request.RunRequest | FollowUp:
    """Check what was typed by the composer's own form; raises CommandError with its words."""
    data = QueryDict(mutable=True)
    prompt = _typed() if options["prompt"] == "-" else options["prompt"]
    if options["model"] or not options["follow"]:
        data.setlist("models", options["model"] or [offered.default_model_id()])
    typed = {
        "prompt": prompt,
        "system_prompt": options["system"],
        "temperature": options["temperature"],
        "max_tokens": options["max_tokens"],
        "image_urls": "\n".join(options["image_url"]),
        "follows": options["follow"],
        "form_token": options["key"],
        "pages": options["pages"],
        "dpi": options["dpi"],
        **_parameters(options),
        **_sweep(options["sweep"]),
    }
    data.update({name: value for name, value in typed.items() if value or name == "prompt"})
    if options["reasoning"]:
        data["reasoning"] = "on"
    for words in named_twice(data.getlist("models")).get("models", []):
        raise CommandError(words, returncode=REFUSED)
    if any(SURROGATE.search(one) for values in data.lists() for one in values[1]):
        words = "What was typed is not UTF-8 text. Nothing was started."
        raise CommandError(words, returncode=REFUSED)
    images = [_file(Path(path)) for path in options["image"]]
    files: MultiValueDict[str, UploadedFile[Any]] = MultiValueDict({"images": images})
    form = form_of(data, files, visitor)
    if not form.is_valid():
        words = " ".join(str(word) for words in form.errors.values() for word in words)
        raise CommandError(harmless(words), returncode=REFUSED)
    return form.asked()


def _sweep(typed: list[str]) -> dict[str, str]:
    """Return the fields of what was given as top_p=0.5,0.9."""
    if len(typed) > len(AXES):
        words = f"At most {len(AXES)} parameters are swept over. Nothing was started."
        raise CommandError(words, returncode=REFUSED)
    found: dict[str, str] = {}
    for fields, one in zip(AXES, typed, strict=False):
        name, _, values = one.partition("=")
        if not values.strip():
            words = "Give --sweep a name and values, such as temperature=0,0.5."
            raise CommandError(words, returncode=REFUSED)
        found |= zip(fields, (name.strip(), values), strict=True)
    return found


def _parameters(options: dict[str, Any]) -> dict[str, str]:
    """What was given several times is a list."""
    given = {name: options[name] for name in PARAMETERS if options.get(name)}
    return {name: _written(PARAMETERS[name], value) for name, value in given.items()}


def _written(parameter: Parameter, value: Any) -> str:
    if parameter.is_file:
        data: bytes = _file(Path(value)).read()
        return data.decode(errors="replace")
    return json.dumps(value) if isinstance(value, list) else str(value)


def _typed() -> str:
    """Return the prompt of standard input; what is too long of it is refused by the form."""
    try:
        stdin = sys.stdin.buffer if sys.stdin else io.BytesIO()  # closed: as if nothing was typed
        return stdin.read(MAX_INPUT_BYTES).decode().removesuffix("\n")
    except UnicodeDecodeError:
        words = "The prompt on standard input is not UTF-8 text. Nothing was started."
        raise CommandError(words, returncode=REFUSED) from None


def _file(path: Path) -> UploadedFile[Any]:
    try:
        if path.stat().st_size > imaging.limits.MAX_BYTES:
            raise CommandError(
                str(imaging.over_bytes(path.stat().st_size).about(path.name)), returncode=REFUSED
            )
        return SimpleUploadedFile(path.name, path.read_bytes())
    except OSError as error:
        words = f"{path} cannot be read: {error.strerror}. Name a file."
        raise CommandError(words, returncode=REFUSED) from None
