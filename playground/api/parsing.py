"""Reads what a program posts, JSON or multipart, into the form that the composer fills too.

Says by the field what is of the wrong kind; what is of the right kind and still wrong, the form
says. A field that is not known is refused: a misspelt one would silently not count.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from playground.api.errors import KNOWN, Refused
from playground.composer.fields import MAX_LISTED
from playground.composer.tray import name_of_file
from playground.imaging.pdf import DPIS
from playground.submission.request import EDGES, PRIORITY_NAMES
from playground.web.json_values import TEXT, is_flag, is_number, is_text, is_whole
from playground.web.params import MAX_TOKEN_LENGTH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from django.core.files.uploadedfile import UploadedFile
    from django.http import HttpRequest

MAX_JSON_BYTES = 32 * 2**20  # bytes; it is held in memory, and more goes as multipart
MAX_JSON_SIGNS = 250_000  # quotes and commas: the longest prompts of nothing else have fewer
PIECE_BYTES = 2**20
TOO_MANY = "The body has too many values. Send a shorter one."
UNKNOWN = ["There is no such field. Leave it out, or correct its name."]
DATA_URI = re.compile(r"data:[^,;]{0,100}(?:;[^,;]{0,100})*;base64,", re.IGNORECASE)
SPACES = dict.fromkeys(map(ord, " \t\r\n"))


@dataclass
class Posted:
    """What a form is made of."""

    data: QueryDict = field(default_factory=lambda: QueryDict(mutable=True))
    files: MultiValueDict[str, UploadedFile[Any]] = field(default_factory=MultiValueDict)


def posted(request: HttpRequest) -> Posted:
    """Return what a program wants to run. Raises Refused."""
    if request.content_type == "application/json":
        return _from_json(json_body(request))
    if request.content_type == "multipart/form-data":
        return _from_fields(request)
    message = "Send application/json, or multipart/form-data with the images as files."
    raise Refused(415, "media_type", message)


def json_body(
    request: HttpRequest, most: int = MAX_JSON_SIGNS, number: Callable[[str], float] = float
) -> dict[str, Any]:
    """Return the object of the body. most: signs; number: what one with a point becomes."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_JSON_BYTES:
        large = MAX_JSON_BYTES // 2**20
        message = f"A JSON body has at most {large} MB. Send the images as multipart/form-data."
        raise Refused(413, "too_large", message)
    data = b"".join(_pieces(request, most))
    if len(data) < int(request.META.get("CONTENT_LENGTH") or 0):
        raise Refused(400, *KNOWN[400])
    return from_bytes(data, number)


def from_bytes(data: bytes, number: Callable[[str], float] = float) -> dict[str, Any]:
    """Return the object that the bytes are, with no name twice. Raises Refused."""
    try:
        value = json.loads(
            data,
            parse_constant=_no_constant,
            parse_float=number,
            object_pairs_hook=_each_once,
        )
    except (ValueError, RecursionError):  # bytes that are no UTF-8 are ValueErrors too
        raise Refused(400, "json", "The body is not JSON. Correct it.") from None
    if not isinstance(value, dict):
        raise Refused(400, "json", "The body is not a JSON object. Put the fields into one.")
    return value


def _pieces(request: HttpRequest, most: int) -> Iterator[bytes]:
    """Read a body up to where it has more values than any that is taken."""
    signs = 0
    while piece := request.read(PIECE_BYTES):
        signs += piece.count(b'"') + piece.count(b",")
        if signs > most:
            raise Refused(422, "invalid", TOO_MANY)
        yield piece


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a name that stands there twice: one of its values would be left out in silence."""
    value = dict(pairs)
    if len(value) < len(pairs):
        twice = _twice(name for name, _ in pairs)
        _refuse({name: ["Give this field once."] for name in twice})
    return value


def _no_constant(name: str) -> None:
    raise ValueError(name)  # NaN and Infinity are not JSON


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= MAX_LISTED and all(map(is_text, value))


def _is_priority(value: Any) -> bool:
    return isinstance(value, str) and value in PRIORITY_NAMES


def _is_edge(value: Any) -> bool:
    return is_whole(value) and value in EDGES


def _is_dpi(value: Any) -> bool:
    return is_whole(value) and value in DPIS


def _is_project(value: Any) -> bool:
    return is_whole(value) and (value is None or 1 <= value < 10**18)


def _is_key(value: Any) -> bool:
    return is_text(value) and 1 <= len(value) <= MAX_TOKEN_LENGTH


def _are_images(value: Any) -> bool:
    return (isinstance(value, list) and len(value) <= MAX_LISTED) and all(
        isinstance(one, dict)
        and is_text(one.get("data"))
        and is_text(one.get("name") or "")
        and set(one) <= {"data", "name"}
        for one in value
    )


IMAGE = '{"data": "<base64>", "name": "a.jpg"}'
KINDS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "prompt": (is_text, TEXT),
    "system_prompt": (is_text, TEXT),
    "models": (_are_texts, f"a list of model ids, {MAX_LISTED} at most"),
    "images": (_are_images, f"a list of {MAX_LISTED} objects at most, such as {IMAGE}"),
    "pages": (is_text, "pages of a PDF as a text, such as 1-4, 7"),
    "dpi": (_is_dpi, "100, 150, 200 or 300"),
    "image_urls": (_are_texts, f"a list of http or https addresses, {MAX_LISTED} at most"),
    "temperature": (is_number, "a number from 0 to 2, or null"),
    "max_tokens": (is_whole, "a whole number from 1, or null"),
    "reasoning": (is_flag, "true or false"),
    "priority": (_is_priority, "latency or throughput"),
    "max_edge": (_is_edge, "0, 1024 or 2048"),
    "project": (_is_project, "the number of a project, or null"),
    "idempotency_key": (_is_key, f"a text of 1 to {MAX_TOKEN_LENGTH} characters"),
}
REPEATED = ("models", "image_urls")
NAMES = {"idempotency_key": "form_token"}  # as the form calls it


def _from_json(values: dict[str, Any]) -> Posted:
    """Null counts as left out: clients made from the document send it for what is not given."""
    wrong = {
        name: _wrong(name)
        for name, (is_right, _) in KINDS.items()
        if values.get(name) is not None and not is_right(values[name])
    }
    _refuse(wrong | dict.fromkeys((name for name in values if name not in KINDS), UNKNOWN))
    values = {name: value for name, value in values.items() if value is not None}
    _refuse(named_twice(values.get("models", [])))
    into = Posted()
    for name, value in values.items():
        if name == "images":
            into.files.setlist("images", _files(value))
        elif name == "image_urls":
            into.data["image_urls"] = "\n".join(value)
        elif name == "models":
            into.data.setlist("models", value)
        elif value is not False:
            into.data[NAMES.get(name, name)] = str(int(value) if is_whole(value) else value)
    return into


def _twice(names: Iterable[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]


def named_twice(models: list[str]) -> dict[str, list[str]]:
    """Say that a model is named twice: it would be paid once, and looked for in two columns."""
    twice = _twice(model.strip() for model in models)
    words = f"Name each model once: {', '.join(twice)} is there twice. Send one request for each."
    return {"models": [words]} if twice else {}


def _wrong(name: str) -> list[str]:
    return [f"This has to be {KINDS[name][1]}."] if name in KINDS else UNKNOWN


def _refuse(fields: dict[str, list[str]]) -> None:
    if fields:
        raise Refused(422, "invalid", "Nothing was started: see `fields`.", fields)


def _files(images: list[dict[str, str]]) -> list[UploadedFile[Any]]:
    files: list[UploadedFile[Any]] = []
    for number, image in enumerate(images, start=1):
        text = DATA_URI.sub("", image["data"], count=1).translate(SPACES)
        try:
            data = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            _refuse({"images": [f"The data of image {number} is not base64. Encode it again."]})
        name = name_of_file(image.get("name") or "") or f"image-{number}"
        files.append(SimpleUploadedFile(name, data))
    return files


def _from_fields(request: HttpRequest) -> Posted:
    """A multipart body: the same fields, lists by repeating them, the images as files."""
    wrong = {
        name: _wrong(name)
        for name in [*request.POST, *request.FILES]
        if name not in KINDS or (name == "images") != (name in request.FILES)
    }
    wrong |= {
        name: ["Give one value. This field is there twice."]
        for name, values in request.POST.lists()
        if len(values) > 1 and name not in REPEATED
    }
    flag = request.POST.get("reasoning", "false")
    if flag not in {"true", "false"}:
        wrong["reasoning"] = _wrong("reasoning")
    for name in ("priority", "idempotency_key"):
        if name in request.POST and not KINDS[name][0](request.POST[name]):
            wrong[name] = _wrong(name)
    _refuse(wrong | named_twice(request.POST.getlist("models")))
    into = Posted(files=request.FILES)
    for name, values in request.POST.lists():
        if name == "image_urls":
            into.data[name] = "\n".join(values)
        elif name != "reasoning" or flag == "true":
            into.data.setlist(NAMES.get(name, name), values)
    return into
