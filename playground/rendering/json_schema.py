"""JSON Schemas of answers: what fits one, and what does not, by its path.

They take no more time than their size says: no addresses, no recursion.
"""

import json
import re
import sys
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from types import SimpleNamespace
from typing import Any

from playground.rendering.answer_json import read_json, without_halves
from playground.rendering.schema_work import work_of

MAX_SCHEMA = 100_000  # characters
MAX_PARTS = 20_000  # once each reference is what it refers to
MAX_SIGNS = 3 * MAX_SCHEMA  # of names, texts and values, once it is
MAX_PATTERN_BYTES = 2**18  # one pattern compiled: what is larger matches slowly
MAX_DEPTH = 100
_VALUES = ("const", "enum", "default", "examples")
_NAMED = ("properties", "patternProperties", "dependentSchemas")
MAX_ANSWER = 1_000_000  # characters of an answer that are checked
MAX_ERRORS, MAX_REASON = 50, 200  # that are kept of one answer; characters
TOO_LARGE = "The schema is too large once its references are followed."
NOT_JSON = "the answer is not JSON"
LARGEST = sys.float_info.max
MAX_DIGITS = sys.int_info.default_max_str_digits  # of a whole number that Python reads
MISSING = object()
MAX_PAIRS = 500_000  # that schema_work.py counts: about a second, and one to count them
MAX_COPIED = 400_000  # about a second too, and 200 MB
MAX_DOUBLING = 2  # keywords within each other that each look at all below twice
DOUBLING = (
    f"The schema has unevaluatedProperties or unevaluatedItems more than {MAX_DOUBLING} times. "
    "Leave some out, or write additionalProperties."
)
UNPLACED = SimpleNamespace(
    instance_path=(),
    message="it does not fit, and is too large to say where",
    kind=SimpleNamespace(name=""),
)
_PLACE = re.compile(r"#(/.*)?", re.DOTALL)
_FENCE = re.compile(r"\A```[\w-]*\s*\n(.*)\n```\Z", re.DOTALL)
_NAMES = {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null"}


class SchemaError(ValueError):
    """A schema that cannot be used; its text says why. path: where it says so, if that is known."""

    def __init__(self, words: str, path: tuple[str | int, ...] = ()) -> None:
        super().__init__(words)
        self.path = path


def errors_in(schema: dict[str, Any], answer: str) -> list[tuple[str, str]] | None:
    """Return path and reason of what does not fit, none where all does; None: not checked."""
    if len(answer) > MAX_ANSWER:
        return None
    value = value_of(answer)
    if value is MISSING:
        return [("", NOT_JSON)]
    found = misfits(schema, value)
    return None if found is None else [_place_and_reason(one) for one in found]


def misfits(schema: dict[str, Any], value: Any) -> list[Any] | None:
    """Return the first errors of a value; None where it is too deep or too much to be looked at."""
    checked = validator(json.dumps(schema))
    try:
        pairs, copied = work_of(checked.plain, value, MAX_PAIRS)
        if pairs > MAX_PAIRS:
            return None
        if checked.compiled.is_valid(value):
            return []
        if copied > MAX_COPIED:
            return [UNPLACED]
        return list(islice(checked.compiled.iter_errors(value), MAX_ERRORS))
    except (ValueError, RecursionError):
        return None


def value_of(answer: str, number: Any = None) -> Any:
    """Return the JSON that an answer is or has, its last object or list; MISSING for none.

    number: makes a value of a number as it is written, where the answer is strict JSON.
    """
    text = answer.strip()
    fenced = _FENCE.match(text)
    try:
        return strict(fenced[1] if fenced else text, number)
    except (ValueError, RecursionError):
        return next(reversed(read_json(text)), MISSING)


def strict(text: str, number: Any = None) -> Any:
    """Return the value that all of the text is. Raises ValueError, RecursionError."""
    return json.loads(
        without_halves(text), parse_float=number or _float, parse_int=number or _whole
    )


def _float(text: str) -> float:
    """Return the number, or the largest there is: an infinite one is none in JSON."""
    return max(-LARGEST, min(LARGEST, float(text)))


def _whole(text: str) -> float:
    return int(text) if len(text) <= MAX_DIGITS else _float(text)


def _place_and_reason(error: Any) -> tuple[str, str]:
    path, kind = [str(one) for one in error.instance_path], error.kind
    reason = _shortened(error.message)
    if kind.name == "type":
        got = _NAMES.get(type(error.instance), "number")
        reason = f"expected {' or '.join(kind.types)}, got {got}"
    elif kind.name == "required":
        path, reason = [*path, str(kind.property)], "missing"
    elif kind.name == "additionalProperties":
        path, reason = [*path, str(kind.unexpected[0])], "not in the schema"
    return ".".join(path)[:MAX_REASON], reason


def _shortened(text: str) -> str:
    text = " ".join(text[: 4 * MAX_REASON].split())
    return text if len(text) <= MAX_REASON else text[: MAX_REASON - 1] + "…"


def schema_of(example: Any) -> dict[str, Any]:
    """Return a schema that an answer like this example fits: its types, and all of its fields."""
    if isinstance(example, dict):
        parts = {name: schema_of(one) for name, one in example.items()}
        return {"type": "object", "required": list(parts), "properties": parts}
    if isinstance(example, list):
        return {"type": "array"} | ({"items": schema_of(example[0])} if example else {})
    if isinstance(example, int | float) and not isinstance(example, bool):
        return {"type": "number"}
    return {} if example is None else {"type": _NAMES[type(example)]}


def size_of(schema: dict[str, Any]) -> tuple[int, int]:
    """Return how many fields it names, and on how many levels."""
    inner = [one for name in _NAMED[:1] for one in _dicts(schema.get(name), values=True)]
    below = [size_of(one) for one in [*inner, *_dicts(schema.get("items"))]]
    below += [size_of(one) for one in _dicts(schema.get("$defs"), values=True)]
    fields = len(inner) + sum(count for count, _ in below)
    return fields, bool(inner) + max((levels for _, levels in below), default=0)


def _dicts(part: Any, *, values: bool = False) -> list[dict[str, Any]]:
    if not isinstance(part, dict):
        return []
    return [one for one in part.values() if isinstance(one, dict)] if values else [part]


@dataclass(frozen=True)
class Validator:
    """plain: the schema with what its references refer to. compiled: that, of the library."""

    plain: Any
    compiled: Any


@lru_cache(maxsize=32)
def validator(schema: str) -> Validator:
    """Return what validates by a schema; refuse one that is none, or cannot be bounded."""
    import jsonschema_rs  # for who has a schema

    if len(schema) > MAX_SCHEMA:
        raise SchemaError(f"The schema is longer than {MAX_SCHEMA:,} characters.")
    plain = _Inlining(json.loads(schema)).schema()
    linear = jsonschema_rs.RegexOptions(size_limit=MAX_PATTERN_BYTES)  # patterns in linear time
    try:
        return Validator(
            plain, jsonschema_rs.validator_for(plain, offline=True, pattern_options=linear)
        )
    except (ValueError, jsonschema_rs.ValidationError) as refused:
        first, path = str(refused).splitlines()[0], getattr(refused, "instance_path", ())
        words = f"The schema cannot be used: {_shortened(first)}."
        raise SchemaError(words, tuple(path)) from None


class _Inlining:
    """Puts what references refer to in their places: they could multiply work without an end."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self.left, self.signs_left = MAX_PARTS, MAX_SIGNS
        self.doubling_left = MAX_DOUBLING

    def schema(self) -> Any:
        return self._inlined(self.root, ())

    def _inlined(self, part: Any, within: tuple[str, ...], depth: int = MAX_DEPTH) -> Any:
        self.left -= 1
        self._count("".join(part) if isinstance(part, dict) else part)
        if self.left < 0 or not depth:
            raise SchemaError(TOO_LARGE)
        if isinstance(part, list):
            return [self._inlined(one, within, depth - 1) for one in part]
        if not isinstance(part, dict):
            return part
        if "$dynamicRef" in part or "$recursiveRef" in part:
            raise SchemaError("The schema refers to itself, which is not followed.")
        plain = {
            name: self._member(name, one, within, depth - 1)
            for name, one in part.items()
            if name not in ("$ref", "$defs", "definitions")
        }
        if "$ref" not in part:
            return plain
        target = part["$ref"]
        if not isinstance(target, str) or not _PLACE.fullmatch(target):
            words = f"The schema refers to “{_shortened(str(target))}”, which is not in it."
            raise SchemaError(f"{words} A reference names a place, such as #/$defs/item.")
        if target in within:
            raise SchemaError(f"The schema refers to itself by “{target}”, which is not followed.")
        referred = self._inlined(self._target(target), (*within, target), depth - 1)
        return {"allOf": [referred, plain]} if plain else referred

    def _member(self, name: str, part: Any, within: tuple[str, ...], depth: int) -> Any:
        """Names of properties may be those of keywords, and values are no schemas."""
        if name.startswith("unevaluated"):
            self.doubling_left -= 1
            if self.doubling_left < 0:
                raise SchemaError(DOUBLING)
        if name in _VALUES:
            self._count(json.dumps(part))
            return part
        if name in _NAMED and isinstance(part, dict):
            return {key: self._inlined(one, within, depth) for key, one in part.items()}
        return self._inlined(part, within, depth)

    def _count(self, text: Any) -> None:
        self.signs_left -= len(text) if isinstance(text, str) else 0
        if self.signs_left < 0:
            raise SchemaError(TOO_LARGE)

    def _target(self, reference: str) -> Any:
        """Return what a reference within the schema names: #, or # and a JSON pointer."""
        at: Any = self.root
        for name in reference.removeprefix("#").split("/")[1:]:
            name = name.replace("~1", "/").replace("~0", "~")
            at = at.get(name) if isinstance(at, dict) else None
        if at is None:
            raise SchemaError(
                f"The schema refers to “{_shortened(reference)}”, which is not in it."
            )
        return at
