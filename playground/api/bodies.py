"""Reads what a program sends by the types of types.py: JSON, a multipart form, or filters.

Says by the field what is of the wrong kind. A field that is not known is refused: a misspelt one
would silently not count.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from msgspec import Struct

from playground.api.errors import KNOWN, Refused
from playground.providers.parameters.typed_json import no_constant
from playground.web.field_types import UNKNOWN, checked, kinds, missing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from django.http import HttpRequest

    Fields = dict[str, list[str]]

MAX_JSON_BYTES = 32 * 2**20  # bytes; it is held in memory, and more goes as multipart
MAX_JSON_SIGNS = 250_000  # quotes and commas: the longest prompts of nothing else have fewer
PIECE_BYTES = 2**20
TOO_MANY = "The body has too many values. Send a shorter one."
TWICE = "Give one value. This field is there twice."
ONCE = "Give this field once."
ONE_FILTER = "Give one value, or leave the filter out."
NO_FILTER = "There is no such filter."
FILES = "images"  # the field of a form that is files
MEDIA = {
    "application/json": "Send application/json.",
    "multipart/form-data": "Send multipart/form-data with the images as files.",
}
BOTH = "Send application/json, or multipart/form-data with the images as files."

T = TypeVar("T", bound=Struct)


class Given(NamedTuple):
    """What is right of a body, and what is said of the rest, both by field."""

    values: dict[str, Any]
    wrong: Fields


def one_of(request: HttpRequest, *types: str) -> str:
    """Return the type of the body. Raises Refused where it is none of these."""
    if request.content_type not in types:
        raise Refused(415, "media_type", BOTH if len(types) > 1 else MEDIA[types[0]])
    return str(request.content_type)


def given(request: HttpRequest, struct: type[Struct]) -> Given:
    """Read JSON or a multipart form. Raises Refused where it is neither."""
    if one_of(request, "application/json", "multipart/form-data") == "application/json":
        return _checked(struct, json_body(request))
    return form(request, struct)


def read(request: HttpRequest, struct: type[T], problem: str) -> T:
    """Return the JSON of the body as its type. Raises Refused with all that is wrong."""
    one_of(request, "application/json")
    found = _checked(struct, json_body(request))
    absent = {name: [words] for name, words in missing(struct, found.values).items()}
    if found.wrong or absent:
        raise Refused(422, "invalid", problem, absent | found.wrong)
    return struct(**found.values)


def filters(request: HttpRequest, struct: type[Struct]) -> Given:
    """Read the filters of an address, each once and with a value."""
    single, wrong = {}, {}
    for name, values in request.GET.lists():
        if name not in kinds(struct):
            wrong[name] = [NO_FILTER]
        elif len(values) > 1 or not values[0].strip():
            wrong[name] = [ONE_FILTER]
        else:
            single[name] = values[0]
    found = _checked(struct, single)
    return Given(found.values, found.wrong | wrong)


def _checked(struct: type[Struct], value: Any) -> Given:
    found, wrong = checked(struct, value)
    return Given(found, {name: [words] for name, words in wrong.items()})


def form(request: HttpRequest, struct: type[Struct]) -> Given:
    """Read a multipart form: lists by repeating a field, files apart, anything else as JSON."""
    values: dict[str, Any] = {}
    wrong = {name: [UNKNOWN] for name in request.FILES if name != FILES}
    for name, texts in request.POST.lists():
        kind = kinds(struct).get(name)
        if not kind or name == FILES:
            wrong[name] = [f"This has to be {kind.words}." if kind else UNKNOWN]
        elif len(texts) > 1 and not kind.is_list:
            wrong[name] = [TWICE]
        else:
            values[name] = kind.from_texts(texts)
    found = _checked(struct, values)
    return Given(found.values, found.wrong | wrong)


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
            parse_constant=no_constant,
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
        repeated = {name: [ONCE] for name in twice(name for name, _ in pairs)}
        raise Refused(422, "invalid", "Nothing was started: see `fields`.", repeated)
    return value


def twice(names: Iterable[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]
