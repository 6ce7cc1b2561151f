"""The rule of JSON: the fields of an answer are the expected ones, or it fits a schema."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from playground.experiments.rules.reading import (
    MAX_SHOWN,
    Answer,
    Reading,
    RuleError,
    shortened,
    unread,
)
from playground.experiments.rules.wording import unwrapped
from playground.rendering.answer_json import read_json
from playground.rendering.json_schema import MISSING, SchemaError, misfits, strict, validator

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_FIELDS = 10_000
MAX_DEPTH = 64
MAX_NAMED = 5  # of the fields that differ
_PLACE = re.compile(r"\[\d+\]")
_KINDS: dict[str, type] = {"object": dict, "array": list}
TOO_DEEP = "JSON as deep or as large as this is not compared."


@dataclass(frozen=True)
class Json:
    """fields: those that count, all where none is named; a.b is b in a, or in each of a list.

    With a schema an answer is right where it is valid, whatever is expected. The score is the share
    of the fields that are right.
    """

    fields: tuple[str, ...] = ()
    schema: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        if self.schema is not None:
            try:
                validator(json.dumps(self.schema))
            except SchemaError as refused:
                raise RuleError(str(refused)) from None

    @property
    def needs_expected(self) -> bool:
        return self.schema is None

    def judge(self, answer: Answer) -> Reading:
        expected = MISSING if self.schema is not None else _value(answer.expected)
        read = _value(answer.text, self._kind(expected))
        shown = "" if read is MISSING else shortened(json.dumps(read, ensure_ascii=False))
        if self.schema is None and expected is MISSING:
            return unread("The expected value is no JSON.")
        if read is MISSING:
            return Reading("", right=False, score=0.0, reason="No JSON in the answer.")
        if self.schema is not None:
            reasons = _invalid(self.schema, read)
            if reasons is None:
                return unread(TOO_DEEP)
            return Reading(shown, not reasons, None, _listed(reasons))
        return self._compare(shown, read, expected)

    def _kind(self, expected: Any) -> type | None:
        """Return what the value is, where the answer has several: an object, or a list."""
        if self.schema is not None:
            return _KINDS.get(str(self.schema.get("type")))
        return type(expected)

    def _compare(self, shown: str, read: Any, expected: Any) -> Reading:
        try:
            answered, wanted = dict(self._leaves(read)), dict(self._leaves(expected))
        except RuleError as refused:
            return unread(str(refused))
        paths = {**wanted, **answered}
        if self.fields and not paths:
            return unread(f"Neither has {', '.join(self.fields)}."[:MAX_SHOWN])
        differing = [
            _difference(path, answered.get(path, MISSING), wanted.get(path, MISSING))
            for path in paths
            if not _same(answered.get(path, MISSING), wanted.get(path, MISSING))
        ]
        score = 1 - len(differing) / len(paths) if paths else 1.0
        return Reading(shown, not differing, score, _listed(differing))

    def _leaves(self, value: Any) -> Iterator[tuple[str, Any]]:
        for at, (path, leaf) in enumerate(_leaves(value, "", MAX_DEPTH)):
            if at >= MAX_FIELDS:
                raise RuleError(f"More than {MAX_FIELDS:,} fields are not compared.")
            if not self.fields or any(_within(path, name) for name in self.fields):
                yield path, leaf


def _value(text: str, kind: type | None = None) -> Any:
    """Return the JSON of a text: all of it, or the last object or list in it, of a kind if any."""
    text = normalize("NFC", text)
    for whole in (text, unwrapped(text)):
        with suppress(ValueError, RecursionError):
            return strict(whole)
    found = read_json(text)
    return next(reversed([one for one in found if type(one) is kind] or found), MISSING)


def _leaves(value: Any, path: str, depth: int) -> Iterator[tuple[str, Any]]:
    """Give each value that holds no others, by its path; an empty object or list is one too."""
    if not isinstance(value, dict | list) or not value:
        yield path, value
        return
    if not depth:
        raise RuleError(TOO_DEEP)
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _leaves(one, f"{path}.{name}" if path else name, depth - 1)
    else:
        for at, one in enumerate(value):
            yield from _leaves(one, f"{path}[{at}]", depth - 1)


def _within(path: str, name: str) -> bool:
    """items.price is the price of each item, items[0].price that of the first."""
    paths = (path, _PLACE.sub("", path))
    return any(one == name or one.startswith((f"{name}.", f"{name}[")) for one in paths)


def _same(a: Any, b: Any) -> bool:
    """True is not 1, but 1 is 1.0; NaN is NaN here, as it is written."""
    alike = a == b or (a != a and b != b)
    return isinstance(a, bool) == isinstance(b, bool) and alike


def _difference(path: str, read: Any, expected: Any) -> str:
    name = path or "The value"
    if read is MISSING:
        return f"{name} is missing"
    said = shortened(json.dumps(read, ensure_ascii=False), 40)
    if expected is MISSING:
        return f"{name} is not expected"
    return f"{name} is {said}, not {shortened(json.dumps(expected, ensure_ascii=False), 40)}"


def _invalid(schema: dict[str, Any], value: Any) -> list[str] | None:
    errors = misfits(schema, value)
    if errors is None:
        return None
    places = [("".join(f"[{one!r}]" for one in error.instance_path), error) for error in errors]
    return [f"{place or 'The value'}: {shortened(error.message, 120)}" for place, error in places]


def _listed(reasons: list[str]) -> str:
    more = len(reasons) - MAX_NAMED
    named = "; ".join(reasons[:MAX_NAMED])
    return f"{named}; and {more} more." if more > 0 else f"{named}." if named else ""
