"""What the fields of a JSON object may hold, by the types of a struct, and the same in words.

A struct is the one place that names a field, its type, its bounds and what it is for: values are
read by it here, and the schemas of docs/ are made from it (playground/api/describing.py).
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from msgspec import Meta, ValidationError, convert, inspect, structs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from msgspec import Struct

SURROGATE = re.compile("[\ud800-\udfff]")
TEXT = "a text without NUL characters and without half surrogate pairs"
UNKNOWN = "There is no such field. Leave it out, or correct its name."
NO_OBJECT = "This has to be an object."
MISSING = "Give this field."
UNBOUNDED = 2**31 - 1  # a bound that is not worth a word


def is_text(value: Any) -> bool:
    """Whether it is a text that UTF-8 and PostgreSQL can carry."""
    return isinstance(value, str) and "\x00" not in value and not SURROGATE.search(value)


class UnfitError(ValueError):
    """What a value's own check says of it, if it says anything."""


class Kind(NamedTuple):
    """What a field may hold. words: the same as a part of a sentence."""

    type: Any
    info: inspect.Type
    words: str
    is_required: bool
    is_list: bool
    check: Callable[[Any], Any] | None = None

    def from_texts(self, texts: list[str]) -> Any:
        """Return what a field of a form holds: texts as they are, anything else written as JSON."""
        if not self.is_list:
            return _from_text(self.info, texts[0])
        item = getattr(self.info, "item_type", inspect.StrType())
        return [_from_text(item, one) for one in texts]


@cache
def kinds(struct: type[Struct]) -> Mapping[str, Kind]:
    found = {}
    for one in structs.fields(struct):
        info, extra = _bare(inspect.type_info(one.type))
        words = extra.get("words") or _words(info)
        is_list = isinstance(info, inspect.ListType) or extra.get("type") == "array"
        kind = Kind(one.type, info, words, one.required, is_list, extra.get("check"))
        found[one.encode_name] = kind
    return found


def checked(struct: type[Struct], value: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what is right of an object, and what is said of the rest, both by its fields.

    What is null counts as left out. Of a list of objects the length is looked at alone: each of
    them is checked by who reads it.
    """
    if not isinstance(value, dict):
        return {}, {"": NO_OBJECT}
    known, found, wrong = kinds(struct), {}, {}
    for name, one in value.items():
        if name not in known:
            wrong[name] = UNKNOWN
        elif one is not None:
            try:
                found[name] = _read(known[name], one)
            except UnfitError as reason:
                wrong[name] = str(reason) or f"This has to be {known[name].words}."
            except (ValidationError, UnicodeEncodeError):  # half a surrogate pair
                wrong[name] = f"This has to be {known[name].words}."
    return found, wrong


def missing(struct: type[Struct], value: Mapping[str, Any]) -> dict[str, str]:
    """Return what is said of the fields that have to be there and are not."""
    needed = (name for name, kind in kinds(struct).items() if kind.is_required)
    return {name: MISSING for name in needed if value.get(name) is None}


def _from_text(info: inspect.Type, text: str) -> Any:
    info, _ = _bare(info)
    is_word = isinstance(info, inspect.LiteralType) and isinstance(info.values[0], str)
    if is_word or isinstance(info, inspect.StrType):
        return text
    try:
        return json.loads(text) if text.strip() else None
    except (ValueError, RecursionError):
        return text  # of the wrong kind, which is said then


def _read(kind: Kind, value: Any) -> Any:
    """Return the value as its type has it: 3.0 where a whole one is meant is 3."""
    if isinstance(kind.info, inspect.ListType) and _is_object(kind.info.item_type):
        convert(value, _list_of_anything(kind.info))
        return value
    if kind.check:
        return _checked(kind.check, value)
    if isinstance(kind.info, inspect.AnyType):
        return value
    plain = _plain(value)
    if not all(map(is_text, _texts(plain))):
        raise ValidationError
    read = convert(plain, kind.type)
    return value if isinstance(value, dict) else read  # whose numbers may know how they are written


def _checked(check: Callable[[Any], Any], value: Any) -> Any:
    """Return a value as its own check has it, which says by a ValueError what does not fit."""
    try:
        return check(value)
    except ValueError as reason:
        raise UnfitError(str(reason)) from None
    except (TypeError, RecursionError):  # TOML has dates, which JSON has not
        raise UnfitError from None


def _list_of_anything(info: inspect.ListType) -> Any:
    return Annotated[list[Any], Meta(min_length=info.min_length, max_length=info.max_length)]


def _is_object(info: inspect.Type) -> bool:
    return isinstance(_bare(info)[0], inspect.StructType | inspect.DictType)


def _plain(value: Any) -> Any:
    """Return the value, and what lies in it, with plain numbers and without dates."""
    if isinstance(value, dict):
        return {name: _scalar(one) for name, one in value.items()}
    return [_scalar(one) for one in value] if isinstance(value, list) else _scalar(value)


def _scalar(value: Any) -> Any:
    if isinstance(value, float):
        return int(value) if value.is_integer() else float(value)
    return value.isoformat() if hasattr(value, "isoformat") else value  # a date of TOML


def _texts(value: Any) -> Iterator[str]:
    parts = [*value, *value.values()] if isinstance(value, dict) else value
    parts = parts if isinstance(parts, list) else [parts]
    return (one for one in parts if isinstance(one, str))


def _bare(info: inspect.Type) -> tuple[inspect.Type, dict[str, Any]]:
    """Return a type without null and without what is said of it, and that.

    words: in place of those that its type has. check: what says whether a value fits. Beside them
    what the schema says.
    """
    extra: dict[str, Any] = {}
    while isinstance(info, inspect.Metadata | inspect.UnionType):
        if isinstance(info, inspect.Metadata):
            extra |= (info.extra or {}) | (info.extra_json_schema or {})
            info = info.type
            continue
        others = [one for one in info.types if not isinstance(one, inspect.NoneType)]
        if len(others) > 1:
            return info, extra
        info = others[0]
    return info, extra


def _words(info: inspect.Type) -> str:
    match info:
        case inspect.StrType():
            return _text(info.min_length or 0, info.max_length)
        case inspect.BoolType():
            return "true or false"
        case inspect.IntType():
            return f"a whole number{_range(info.ge, info.le)}"
        case inspect.FloatType():
            return f"a number{_range(info.ge, info.le)}"
        case inspect.LiteralType():
            *others, last = info.values
            return f"{', '.join(map(str, others))} or {last}" if others else str(last)
        case inspect.ListType():
            noun = "texts" if _bare(info.item_type)[0] == inspect.StrType() else "values"
            noun = "objects" if _is_object(info.item_type) else noun
            return f"a list of {_count(info.min_length or 0, info.max_length)}{noun}"
    return "an object"


def _text(low: int, high: int | None) -> str:
    if low and high:
        return f"a text of {low} to {high:,} characters"
    return f"{TEXT}, of at most {high:,} characters" if high else TEXT


def _count(low: int, high: int | None) -> str:
    if low and high:
        return f"{low} to {high:,} "
    return f"at most {high:,} " if high else ""


def _range(low: float | None, high: float | None) -> str:
    if low is None:
        return ""
    return f" from {low}" if high is None or high >= UNBOUNDED else f" from {low} to {high}"
